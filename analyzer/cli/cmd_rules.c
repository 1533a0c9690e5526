#include "cli/cli.h"

void command_rules(struct cli *cli, struct outcome *outcome) {
    const char *format = cli->options->value[OPTION_FORMAT];

    if (!format)
        format = "text";
    if (cli->options->paths.n)
        usage_error(outcome, "rules takes no path; see migvet explain RULE");
    else if (!write_rules(&outcome->out, format, rule_docs(cli->arena), rule_registry_len))
        usage_error(outcome, "rules knows the formats text, json and markdown, not \"%s\"", format);
}
