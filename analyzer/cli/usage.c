#include "cli/cli.h"
#include "source/escape.h"

void usage_error(struct outcome *outcome, const char *format, ...) {
    struct buf message = BUF_INIT;
    va_list args;

    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    buf_puts(&outcome->err, "migvet: ");
    escape_line(&outcome->err, message.s, message.n);
    buf_putc(&outcome->err, '\n');
    buf_release(&message);
    outcome->exit_code = 2;
}
