/* Members of JSON reports that all commands which take paths have alike. */
#ifndef WRITE_JSON_REPORT_H
#define WRITE_JSON_REPORT_H

#include "write/json_out.h"
#include "write/write.h"

void json_report_tool(struct json_out *json, const struct write_options *options);
void json_report_histories(struct json_out *json, const struct report *report);
void json_report_errors(struct json_out *json, const struct report *report);
void json_report_not_analyzed(struct json_out *json, const struct report *report);
void json_report_remarks(struct json_out *json, const struct report *report);

#endif
