#include "model/print_sql.h"

#include "model/expr_type.h"
#include "model/names.h"

#include <string.h>

void print(struct printer *printer, const char *format, ...) {
    va_list args;

    va_start(args, format);
    buf_vprintf(printer->out, format, args);
    va_end(args);
}

void print_name(struct printer *printer, const char *name) {
    buf_puts(printer->out, name_quote(printer->arena, name));
}

void print_object_name(struct printer *printer, const struct object *object) {
    if (object)
        buf_puts(printer->out,
                 schema_display(printer->arena, (struct name){object->schema, object->name}));
    else /* it went, though something that refers to it was assumed to stay */
        buf_puts(printer->out, "unknown");
}

void print_names(struct printer *printer, const struct name_list *names) {
    buf_putc(printer->out, '(');
    for (size_t i = 0; i < names->n; i++) {
        if (i > 0)
            buf_puts(printer->out, ", ");
        print_name(printer, names->v[i]);
    }
    buf_putc(printer->out, ')');
}

/* As standard_conforming_strings has it. */
void print_literal(struct printer *printer, const char *text) {
    buf_putc(printer->out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_putc(printer->out, '\'');
        buf_putc(printer->out, *text);
    }
    buf_putc(printer->out, '\'');
}

static void print_typmods(struct printer *printer, const struct type_use *type) {
    for (int i = 0; i < type->typmod_count; i++)
        print(printer, "%s%d", i ? "," : "(", type->typmods[i]);
    if (type->typmod_count > 0)
        buf_putc(printer->out, ')');
}

static void print_array(struct printer *printer, const struct type_use *type) {
    for (int i = 0; i < type->array_dimensions; i++)
        buf_puts(printer->out, "[]");
}

/* Types of extensions are not qualified: the search_path finds them where the extension has put them. */
void print_type(struct printer *printer, const struct type_use *type) {
    if (!type->user_type && type_use_known(printer->schema, type) &&
        catalog_type(type->name, printer->schema->target)->extension == 0) {
        buf_puts(printer->out, type_use_text(printer->arena, printer->schema, type));
        return;
    }
    buf_puts(printer->out, schema_display(printer->arena, (struct name){type->schema, type->name}));
    print_typmods(printer, type);
    print_array(printer, type);
}

void print_collation(struct printer *printer, const char *collation) {
    if (!collation)
        return;
    print(printer, " COLLATE ");
    print_name(printer, collation);
}

static void print_option_value(struct printer *printer, const struct node *value) {
    const struct Integer *integer = node_if(Integer, value);
    const struct Float *real = node_if(Float, value);
    const struct Boolean *boolean = node_if(Boolean, value);
    const struct TypeName *word = node_if(TypeName, value);

    if (integer)
        print(printer, "%d", integer->ival);
    else if (real)
        print(printer, "%s", real->fval);
    else if (boolean)
        print(printer, "%s", boolean->boolval ? "true" : "false");
    else if (word) /* fillfactor = off is read as a type's name */
        print_literal(printer, node_list_last_string(word->names));
    else if (node_string(value))
        print_literal(printer, node_string(value));
}

void print_options(struct printer *printer, struct node_list options) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        if (!option)
            continue;
        print(printer, "%s", i ? ", " : " WITH (");
        if (option->defnamespace)
            print(printer, "%s.", option->defnamespace);
        print(printer, "%s", option->defname);
        if (option->arg)
            print(printer, " = ");
        print_option_value(printer, option->arg);
    }
    if (options.n > 0)
        print(printer, ")");
}

void print_set_options(struct printer *printer, struct node_list options) {
    struct buf text = BUF_INIT;
    struct printer inner = *printer;

    inner.out = &text;
    print_options(&inner, options);
    print(printer, " SET %s;\n", buf_str(&text) + strlen(" WITH "));
    buf_release(&text);
}

void print_reset(struct printer *printer, struct node_list options) {
    const char *separator = " RESET (";

    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        if (!option)
            continue;
        print(printer, "%s%s%s%s", separator, option->defnamespace ? option->defnamespace : "",
              option->defnamespace ? "." : "", option->defname);
        separator = ", ";
    }
    print(printer, ");\n");
}

const struct DefElem *option_named(struct node_list options, const char *name) {
    const struct DefElem *found = NULL;

    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        if (option && option->defname && strcmp(option->defname, name) == 0)
            found = option;
    }
    return found;
}

void print_unknown(struct printer *printer, const char *format, ...) {
    const char *text;
    va_list args;

    va_start(args, format);
    text = arena_vprintf(printer->arena, format, args);
    va_end(args);
    printer->unknown++;
    if (printer->untold)
        vec_push(printer->arena, &printer->untold->list, text);
    else
        print(printer, "-- %s\n", text);
}
