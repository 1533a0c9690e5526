#include "write/json_out.h"
#include "write/write.h"

static void write_entry(struct json_out *json, const struct finding *finding) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "fingerprint", finding->fingerprint);
    json_member(json, "rule", finding->rule);
    json_member(json, "file", finding->file->path);
    json_member(json, "message", finding->what);
    json_end(json, '}');
}

void write_baseline(struct buf *out, const struct report *report) {
    struct json_out json = {.out = out};

    json_begin(&json, '{');
    json_member_number(&json, "version", 1);
    json_member_begin(&json, "findings", '[');
    for (size_t i = 0; i < report->findings.n; i++)
        if (!report->findings.v[i].suppressed_by)
            write_entry(&json, &report->findings.v[i]);
    json_end(&json, ']');
    json_end(&json, '}');
    buf_putc(out, '\n');
}
