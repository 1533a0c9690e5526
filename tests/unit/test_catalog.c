#include "model/catalog.h"
#include "unit.h"

#include <stddef.h>
#include <string.h>

/* The names of the rows, in their order. */
static const char *const function_names[] = {
#define FUNC(name, ...) name,
#include "model/catalog/functions.def"
};
static const char *const operator_names[] = {
#define OPER(name, ...) name,
#include "model/catalog/operators.def"
};
static const char *const extension_function_names[] = {
#define FUNC(name, ...) name,
#include "model/catalog/extensions.def"
};
static const char *const extension_operator_names[] = {
#define OPER(name, ...) name,
#include "model/catalog/extensions.def"
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Splits "int4,?,text" into names, "?" into NULL. */
struct types {
    int n;
    const char *v[100];
    char text[1000];
};

static struct types *types_of(const char *list, struct types *types) {
    types->n = 0;
    ck_assert_uint_lt(strlen(list), sizeof types->text);
    strcpy(types->text, list);
    for (char *word = strtok(types->text, ","); word != NULL; word = strtok(NULL, ",")) {
        types->v[types->n++] = strcmp(word, "?") == 0 ? NULL : word;
    }
    return types;
}

static struct catalog_call call(const char *name, const char *list, int version) {
    struct types types;
    types_of(list, &types);
    return catalog_call(name, types.n, types.v, version);
}

static enum volatility volatility(const char *name, const char *list, int version) {
    struct types types;
    types_of(list, &types);
    return catalog_function_volatility(name, types.n, types.v, version);
}

static struct catalog_call extension_call(const char *name, const char *list, int version) {
    struct types types;
    types_of(list, &types);
    return catalog_extension_call(name, types.n, types.v, version);
}

static struct catalog_call operation(const char *name, const char *list, int version) {
    struct types types;
    types_of(list, &types);
    return catalog_operation(name, types.n, types.v, version);
}

/* The first argument's type of the function that is meant, which tells overloads apart. */
static const char *chosen(const char *name, const char *list, int version) {
    struct catalog_call found = call(name, list, version);
    ck_assert_int_eq(found.match, CATALOG_MATCH);
    ck_assert_ptr_nonnull(found.function);
    return catalog_type_name(found.function->args[0]);
}

static const char *result(const char *name, const char *list, int version) {
    struct catalog_call found = call(name, list, version);
    ck_assert_int_ne(found.match, CATALOG_NO_MATCH);
    return catalog_type_name(found.result);
}

static const char *common(const char *list) {
    struct types types;
    types_of(list, &types);
    return catalog_common_type(types.n, types.v, 15);
}

#define ck_assert_volatility(name, list, version, wanted)                                          \
    ck_assert_int_eq(volatility(name, list, version), VOLATILITY_##wanted)

START_TEST(named_arguments_are_of_no_known_order) {
    struct catalog_call found = catalog_call("make_interval", 1, NULL, 15);
    ck_assert_int_ne(found.match, CATALOG_NO_MATCH);
    found = catalog_extension_call("similarity", 2, NULL, 15);
    ck_assert_int_ne(found.match, CATALOG_NO_MATCH);
    ck_assert_int_eq(catalog_call("make_interval", 9, NULL, 15).match, CATALOG_NO_MATCH);
}
END_TEST

/* --- the data --- */

static size_t longest_run(const char *const *names, size_t count) {
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(i == 0 || strcmp(names[i - 1], names[i]) <= 0, "%s before %s",
                      names[i > 0 ? i - 1 : 0], names[i]);
        run = i > 0 && strcmp(names[i - 1], names[i]) == 0 ? run + 1 : 1;
        longest = run > longest ? run : longest;
    }
    return longest;
}

START_TEST(rows_are_sorted_and_overloads_few_enough) {
    size_t built_in = longest_run(function_names, COUNT(function_names));
    size_t added = longest_run(extension_function_names, COUNT(extension_function_names));
    ck_assert_uint_le(built_in + added, 128);
    built_in = longest_run(operator_names, COUNT(operator_names));
    added = longest_run(extension_operator_names, COUNT(extension_operator_names));
    ck_assert_uint_le(built_in + added, 128);
}
END_TEST

START_TEST(every_type_is_found_by_name_and_number) {
    int found = 0;
    for (unsigned id = 1; id < CATALOG_TYPES; id++) {
        for (int version = CATALOG_OLDEST; version <= CATALOG_NEWEST; version++) {
            const struct catalog_type *type = catalog_type_of_id(id, version);
            ck_assert_ptr_eq(catalog_type(catalog_type_name(id), version), type);
            if (type == NULL) {
                continue;
            }
            found++;
            ck_assert_uint_eq(type->id, id);
            ck_assert_int_le(type->min, version);
            ck_assert_int_ge(type->max, version);
            if (type->array != CATALOG_TYPE_none) {
                ck_assert_uint_eq(catalog_type_of_id(type->array, version)->of, id);
            }
        }
    }
    ck_assert_int_gt(found, 1000);
}
END_TEST

/* Others are found by these names before the versions that have functions of these names. */
static int first_version(const char *name) {
    return strcmp(name, "extract") == 0             ? 14
           : strcmp(name, "similar_to_escape") == 0 ? 13
                                                    : CATALOG_OLDEST;
}

START_TEST(every_function_is_found) {
    int found = 0;
    for (size_t i = 0; i < COUNT(function_names); i++) {
        int here = 0;
        for (int version = first_version(function_names[i]); version <= CATALOG_NEWEST; version++) {
            struct catalog_functions all = catalog_function(function_names[i], -1, version);
            const struct catalog_function *f;
            while ((f = catalog_function_next(&all)) != NULL) {
                ck_assert_str_eq(f->name, function_names[i]);
                ck_assert_int_le(f->min, version);
                ck_assert_int_ge(f->max, version);
                here++;
            }
        }
        ck_assert_msg(here > 0, "%s", function_names[i]);
        found += here;
    }
    ck_assert_int_gt(found, 15000);
}
END_TEST

/* --- types --- */

START_TEST(types_know_their_relations) {
    const struct catalog_type *type = catalog_type("int4", 15);
    ck_assert_int_eq(type->category, 'N');
    ck_assert_int_eq(type->length, 4);
    ck_assert_int_eq(type->storage, 'p');
    ck_assert_uint_eq(type->array, CATALOG_TYPE__int4);
    type = catalog_type("_varchar", 15);
    ck_assert_int_eq(type->kind, CATALOG_ARRAY);
    ck_assert_uint_eq(type->of, CATALOG_TYPE_varchar);
    ck_assert_int_eq(type->flags, CATALOG_TYPMOD | CATALOG_COLLATABLE);
    ck_assert_int_eq(catalog_type("tstzrange", 15)->kind, CATALOG_RANGE);
    ck_assert_uint_eq(catalog_type("tstzrange", 15)->of, CATALOG_TYPE_timestamptz);
    ck_assert_int_eq(catalog_type("text", 15)->flags, CATALOG_PREFERRED | CATALOG_COLLATABLE);
}
END_TEST

START_TEST(types_differ_between_versions) {
    ck_assert_ptr_null(catalog_type("int4multirange", 13));
    ck_assert_int_eq(catalog_type("int4multirange", 14)->kind, CATALOG_MULTIRANGE);
    ck_assert_int_eq(catalog_type("char", 14)->category, 'S');
    ck_assert_int_eq(catalog_type("char", 15)->category, 'Z');
    ck_assert_int_eq(catalog_type("aclitem", 15)->length, 12);
    ck_assert_int_eq(catalog_type("aclitem", 16)->length, 16);
    ck_assert_uint_eq(catalog_type("char", 14)->id, catalog_type("char", 15)->id);
}
END_TEST

START_TEST(unknown_types_are_not_found) {
    static const char *const names[] = {"",         "no_such_type", "int",  "integer", "INT4",
                                        "pg_class", "zzz",          "_int", "serial",  "int4 "};
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_ptr_null(catalog_type(names[i], 15));
    }
    ck_assert_ptr_null(catalog_type("int4", 11));
    ck_assert_ptr_null(catalog_type("int4", 19));
    ck_assert_ptr_null(catalog_type_of_id(CATALOG_TYPE_none, 15));
    ck_assert_ptr_null(catalog_type_of_id(CATALOG_TYPES, 15));
    ck_assert_ptr_null(catalog_type_name(CATALOG_TYPE_none));
}
END_TEST

START_TEST(types_of_extensions_say_so) {
    const struct catalog_type *type = catalog_type("citext", 15);
    ck_assert_str_eq(catalog_extension_name(type->extension), "citext");
    ck_assert_int_eq(type->category, 'S');
    ck_assert_uint_eq(catalog_type("text", 15)->extension, 0);
    ck_assert_ptr_null(catalog_extension_name(0));
    ck_assert_ptr_null(catalog_extension_name(10000));
    ck_assert_str_eq(catalog_extension_name(catalog_extension("uuid-ossp", 15)), "uuid-ossp");
    ck_assert_uint_ne(catalog_extension("adminpack", 16), 0);
    ck_assert_uint_eq(catalog_extension("adminpack", 17), 0);
    ck_assert_uint_eq(catalog_extension("postgis", 15), 0);
}
END_TEST

/* --- functions --- */

START_TEST(volatility_is_the_label) {
    static const struct {
        const char *name, *types;
        enum volatility wanted;
    } cases[] = {
        {"now", "", VOLATILITY_STABLE},
        {"transaction_timestamp", "", VOLATILITY_STABLE},
        {"statement_timestamp", "", VOLATILITY_STABLE},
        {"txid_current", "", VOLATILITY_STABLE},
        {"current_setting", "unknown", VOLATILITY_STABLE},
        {"to_char", "timestamptz,unknown", VOLATILITY_STABLE},
        {"to_char", "?,?", VOLATILITY_STABLE},
        {"timezone", "unknown,timestamptz", VOLATILITY_IMMUTABLE},
        {"date_trunc", "unknown,timestamptz", VOLATILITY_STABLE},
        {"date_trunc", "unknown,timestamp", VOLATILITY_IMMUTABLE},
        {"clock_timestamp", "", VOLATILITY_VOLATILE},
        {"timeofday", "", VOLATILITY_VOLATILE},
        {"random", "", VOLATILITY_VOLATILE},
        {"nextval", "unknown", VOLATILITY_VOLATILE},
        {"nextval", "regclass", VOLATILITY_VOLATILE},
        {"pg_backend_pid", "", VOLATILITY_STABLE},
        {"lower", "text", VOLATILITY_IMMUTABLE},
        {"concat", "text,int4", VOLATILITY_STABLE},
        {"jsonb_build_object", "", VOLATILITY_STABLE},
        {"make_interval", "int4", VOLATILITY_IMMUTABLE},
        {"count", "?", VOLATILITY_IMMUTABLE},
        {"row_number", "", VOLATILITY_IMMUTABLE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int version = CATALOG_OLDEST; version <= CATALOG_NEWEST; version++) {
            ck_assert_msg(volatility(cases[i].name, cases[i].types, version) == cases[i].wanted,
                          "%s(%s) in %d", cases[i].name, cases[i].types, version);
        }
    }
}
END_TEST

START_TEST(functions_belong_to_versions) {
    ck_assert_volatility("gen_random_uuid", "", 12, NOT_FOUND);
    ck_assert_volatility("gen_random_uuid", "", 13, VOLATILE);
    ck_assert_volatility("uuidv7", "", 17, NOT_FOUND);
    ck_assert_volatility("uuidv7", "", 18, VOLATILE);
    ck_assert_volatility("uuidv7", "interval", 18, VOLATILE);
    ck_assert_volatility("numeric_fac", "int8", 13, IMMUTABLE);
    ck_assert_volatility("numeric_fac", "int8", 14, NOT_FOUND);
    ck_assert_volatility("timezone", "text,timetz", 14, VOLATILE);
    ck_assert_volatility("timezone", "text,timetz", 15, STABLE);
    ck_assert_volatility("timezone", "timestamptz", 16, NOT_FOUND);
    ck_assert_volatility("timezone", "timestamptz", 17, STABLE);
}
END_TEST

START_TEST(no_such_function) {
    ck_assert_volatility("no_such_function", "", 15, NOT_FOUND);
    ck_assert_volatility("", "", 15, NOT_FOUND);
    ck_assert_volatility("NOW", "", 15, NOT_FOUND);
    ck_assert_volatility("now", "int4", 15, NOT_FOUND);
    ck_assert_volatility("lower", "", 15, NOT_FOUND);
    ck_assert_volatility("lower", "int4", 15, NOT_FOUND);
    ck_assert_volatility("int4in", "unknown", 15, NOT_FOUND);
    ck_assert_volatility("now", "", 11, NOT_FOUND);
}
END_TEST

START_TEST(unknown_when_the_types_would_decide) {
    ck_assert_volatility("date_trunc", "unknown,?", 15, UNKNOWN);
    ck_assert_volatility("date_part", "unknown,?", 15, UNKNOWN);
    ck_assert_volatility("date_part", "unknown,my_own_domain", 15, UNKNOWN);
    ck_assert_volatility("random", "?,?", 17, VOLATILE);
    ck_assert_int_eq(call("date_trunc", "unknown,?", 15).match, CATALOG_MATCHES);
    ck_assert_int_eq(call("lower", "?", 15).match, CATALOG_MATCHES);
    ck_assert_volatility("lower", "?", 15, IMMUTABLE);
    ck_assert_ptr_null(result("lower", "?", 15));
    ck_assert_str_eq(result("char_length", "?", 15), "int4");
}
END_TEST

START_TEST(the_grammar_s_own_names) {
    ck_assert_volatility("extract", "unknown,timestamptz", 12, STABLE);
    ck_assert_volatility("extract", "unknown,date", 14, IMMUTABLE);
    ck_assert_str_eq(result("extract", "unknown,date", 13), "float8");
    ck_assert_str_eq(result("extract", "unknown,date", 14), "numeric");
    ck_assert_volatility("similar_to_escape", "unknown", 12, IMMUTABLE);
    ck_assert_volatility("similar_to_escape", "text,text", 12, IMMUTABLE);
    ck_assert_volatility("similar_to_escape", "unknown", 13, IMMUTABLE);
}
END_TEST

START_TEST(overloads_are_chosen_as_by_the_server) {
    ck_assert_str_eq(chosen("abs", "int2", 15), "int2");
    ck_assert_str_eq(chosen("round", "int4", 15), "float8");
    ck_assert_str_eq(chosen("round", "int4,int4", 15), "numeric");
    ck_assert_str_eq(chosen("length", "varchar", 15), "text");
    ck_assert_str_eq(chosen("length", "bpchar", 15), "bpchar");
    ck_assert_str_eq(chosen("length", "unknown", 15), "text");
    ck_assert_str_eq(chosen("to_timestamp", "int4", 15), "float8");
    ck_assert_str_eq(chosen("jsonb_delete", "jsonb,unknown", 15), "jsonb");
    ck_assert_str_eq(result("sum", "int4", 15), "int8");
    ck_assert_int_eq(call("to_char", "unknown,unknown", 15).match, CATALOG_MATCHES);
    ck_assert_int_eq(call("pg_typeof", "?", 15).match, CATALOG_MATCH);
}
END_TEST

START_TEST(variadic_and_default_arguments) {
    ck_assert_int_eq(call("concat", "", 15).match, CATALOG_NO_MATCH);
    ck_assert_str_eq(result("concat", "int4,uuid,unknown,_text", 15), "text");
    ck_assert_str_eq(result("num_nonnulls", "int4,text", 15), "int4");
    ck_assert_str_eq(result("json_extract_path", "json,text,unknown", 15), "json");
    ck_assert_str_eq(result("json_extract_path", "json,_text", 15), "json"); /* VARIADIC .. */
    ck_assert_int_eq(call("json_extract_path", "json", 15).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(call("make_interval", "", 15).match, CATALOG_MATCH);
    ck_assert_int_eq(call("make_interval", "int4,int4,int4,int4,int4,int4,float8", 15).match,
                     CATALOG_MATCH);
    ck_assert_int_eq(call("make_interval", "?,?,?,?,?,?,?,?", 15).match, CATALOG_NO_MATCH);
    ck_assert_str_eq(chosen("tstzmultirange", "tstzrange", 15), "tstzrange");
    ck_assert_str_eq(chosen("tstzmultirange", "tstzrange,tstzrange", 15), "_tstzrange");
}
END_TEST

START_TEST(as_many_arguments_as_the_server_takes) {
    const char *types[101];
    for (size_t i = 0; i < COUNT(types); i++) {
        types[i] = i % 2 ? "int4" : "unknown";
    }
    ck_assert_int_eq(catalog_call("jsonb_build_object", 100, types, 15).match, CATALOG_MATCH);
    ck_assert_int_eq(catalog_call("jsonb_build_object", 101, types, 15).match, CATALOG_NO_MATCH);
}
END_TEST

START_TEST(polymorphic_functions_agree_with_their_arguments) {
    ck_assert_str_eq(result("array_append", "_int4,int4", 12), "_int4");
    ck_assert_int_eq(call("array_append", "_int4,int8", 13).match, CATALOG_NO_MATCH);
    ck_assert_str_eq(result("array_append", "_int4,int8", 14), "_int8");
    ck_assert_int_eq(call("array_append", "_int4,text", 14).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(call("array_append", "int4,int4", 14).match, CATALOG_NO_MATCH);
    ck_assert_str_eq(result("unnest", "_timestamptz", 15), "timestamptz");
    ck_assert_str_eq(result("array_agg", "uuid", 15), "_uuid");
    ck_assert_str_eq(result("lower", "tstzrange", 15), "timestamptz");
    ck_assert_str_eq(result("multirange", "int8range", 15), "int8multirange");
    ck_assert_str_eq(result("range_merge", "int8multirange", 15), "int8range");
    ck_assert_int_eq(call("enum_first", "int4", 15).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(call("enum_first", "unknown", 15).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(call("enum_first", "anyenum", 15).match, CATALOG_MATCH);
    ck_assert_int_eq(call("enum_first", "?", 15).match, CATALOG_MATCH);
    ck_assert_ptr_null(result("array_append", "?,int4", 14));
}
END_TEST

START_TEST(calls_that_are_casts) {
    struct catalog_call found = call("text", "int4", 15);
    ck_assert_int_eq(found.match, CATALOG_MATCH);
    ck_assert_ptr_null(found.function);
    ck_assert_uint_eq(found.result, CATALOG_TYPE_text);
    ck_assert_int_eq(found.volatility, VOLATILITY_IMMUTABLE);
    ck_assert_volatility("text", "timestamptz", 15, STABLE);
    ck_assert_volatility("timestamptz", "text", 15, STABLE);
    ck_assert_volatility("regclass", "oid", 15, IMMUTABLE);
    ck_assert_ptr_nonnull(call("int8", "int4", 15).function);
    ck_assert_volatility("uuid", "int4", 15, NOT_FOUND);
}
END_TEST

START_TEST(functions_of_extensions) {
    struct catalog_call found = extension_call("gen_random_uuid", "", 12);
    ck_assert_int_eq(found.match, CATALOG_MATCH);
    ck_assert_int_eq(found.volatility, VOLATILITY_VOLATILE);
    ck_assert_str_eq(catalog_extension_name(found.function->extension), "pgcrypto");
    found = extension_call("uuid_generate_v4", "", 18);
    ck_assert_str_eq(catalog_extension_name(found.function->extension), "uuid-ossp");
    ck_assert_int_eq(found.volatility, VOLATILITY_VOLATILE);
    ck_assert_int_eq(extension_call("uuid_generate_v5", "uuid,text", 15).volatility,
                     VOLATILITY_IMMUTABLE);
    ck_assert_int_eq(extension_call("gen_salt", "unknown", 15).volatility, VOLATILITY_VOLATILE);
    ck_assert_int_eq(extension_call("crypt", "text,text", 15).volatility, VOLATILITY_IMMUTABLE);
    ck_assert_int_eq(extension_call("unaccent", "text", 15).volatility, VOLATILITY_STABLE);
    ck_assert_int_eq(extension_call("now", "", 15).volatility, VOLATILITY_NOT_FOUND);
    ck_assert_int_eq(extension_call("text", "int4", 15).volatility, VOLATILITY_NOT_FOUND);
    ck_assert_volatility("uuid_generate_v4", "", 15, NOT_FOUND);
    ck_assert_volatility("similarity", "text,text", 15, NOT_FOUND);
}
END_TEST

START_TEST(a_type_proves_its_extension) {
    ck_assert_volatility("akeys", "hstore", 15, IMMUTABLE);
    ck_assert_volatility("akeys", "unknown", 15, NOT_FOUND);
    ck_assert_str_eq(chosen("replace", "citext,citext,citext", 15), "citext");
    ck_assert_str_eq(chosen("replace", "text,text,text", 15), "text");
    ck_assert_str_eq(chosen("md5", "citext", 15), "text");
    ck_assert_volatility("citext", "citext", 15, IMMUTABLE);
    ck_assert_volatility("citext", "uuid", 15, NOT_FOUND);
    ck_assert_int_eq(extension_call("citext", "uuid", 15).volatility, VOLATILITY_IMMUTABLE);
    struct catalog_call found = operation("=", "citext,citext", 15);
    ck_assert_uint_eq(found.op->left, CATALOG_TYPE_citext);
    ck_assert_uint_eq(operation("=", "citext,text", 15).op->left, CATALOG_TYPE_text);
    ck_assert_uint_eq(operation("->", "hstore,unknown", 15).result, CATALOG_TYPE_text);
    ck_assert_int_eq(operation("%", "text,text", 15).match, CATALOG_NO_MATCH);
}
END_TEST

/* --- operators --- */

START_TEST(operators_are_chosen_as_by_the_server) {
    ck_assert_uint_eq(operation("+", "timestamptz,interval", 15).result, CATALOG_TYPE_timestamptz);
    ck_assert_int_eq(operation("+", "timestamptz,interval", 15).volatility, VOLATILITY_STABLE);
    ck_assert_int_eq(operation("+", "timestamp,interval", 15).volatility, VOLATILITY_IMMUTABLE);
    ck_assert_int_eq(operation("+", "?,interval", 15).volatility, VOLATILITY_UNKNOWN);
    ck_assert_uint_eq(operation("=", "varchar,unknown", 15).op->left, CATALOG_TYPE_text);
    ck_assert_uint_eq(operation("=", "int4,unknown", 15).op->right, CATALOG_TYPE_int4);
    ck_assert_uint_eq(operation("||", "text,int4", 15).result, CATALOG_TYPE_text);
    ck_assert_int_eq(operation("||", "text,int4", 15).volatility, VOLATILITY_STABLE);
    ck_assert_int_eq(operation("||", "text,text", 15).volatility, VOLATILITY_IMMUTABLE);
    ck_assert_uint_eq(operation("||", "_int4,int4", 15).result, CATALOG_TYPE__int4);
    ck_assert_uint_eq(operation("-", "int4", 15).result, CATALOG_TYPE_int4);
    ck_assert_uint_eq(operation("->", "jsonb,unknown", 15).result, CATALOG_TYPE_jsonb);
    ck_assert_int_eq(operation("=", "json,json", 15).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(operation("=", "int4,text", 15).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(operation("!!", "int8", 13).match, CATALOG_MATCH);
    ck_assert_int_eq(operation("!!", "int8", 14).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(operation("no", "int4,int4", 15).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(operation("=", "int4,int4,int4", 15).match, CATALOG_NO_MATCH);
    ck_assert_int_eq(operation("=", "", 15).volatility, VOLATILITY_NOT_FOUND);
}
END_TEST

START_TEST(candidates_can_be_listed) {
    struct catalog_operators all = catalog_operator("-", true, 15);
    int n = 0;
    for (const struct catalog_operator *op; (op = catalog_operator_next(&all)) != NULL; n++) {
        ck_assert_uint_eq(op->left, CATALOG_TYPE_none);
    }
    ck_assert_int_eq(n, 7);
    struct catalog_functions functions = catalog_function("now", 0, 15);
    ck_assert_str_eq(catalog_function_next(&functions)->name, "now");
    ck_assert_ptr_null(catalog_function_next(&functions));
    ck_assert_ptr_null(catalog_function_next(&functions));
}
END_TEST

/* --- casts --- */

static void check_cast(const char *source, const char *target, enum catalog_method method,
                       enum catalog_context context, enum volatility wanted) {
    struct catalog_cast cast;
    ck_assert_msg(catalog_cast(source, target, 15, &cast), "%s to %s", source, target);
    ck_assert_msg(cast.method == method && cast.context == context && cast.volatility == wanted,
                  "%s to %s: method %d, context %d, volatility %d", source, target, cast.method,
                  cast.context, cast.volatility);
}

#define CHECK_CAST(source, target, method, context, volatility)                                    \
    check_cast(source, target, CATALOG_##method, CATALOG_##context, VOLATILITY_##volatility)

START_TEST(casts_say_how_and_where) {
    CHECK_CAST("int4", "int8", FUNCTION, IMPLICIT, IMMUTABLE);
    CHECK_CAST("int8", "int4", FUNCTION, ASSIGNMENT, IMMUTABLE);
    CHECK_CAST("int4", "bool", FUNCTION, EXPLICIT, IMMUTABLE);
    CHECK_CAST("varchar", "text", BINARY, IMPLICIT, IMMUTABLE);
    CHECK_CAST("text", "varchar", BINARY, IMPLICIT, IMMUTABLE);
    CHECK_CAST("bpchar", "text", FUNCTION, IMPLICIT, IMMUTABLE);
    CHECK_CAST("cidr", "inet", BINARY, IMPLICIT, IMMUTABLE);
    CHECK_CAST("inet", "cidr", FUNCTION, ASSIGNMENT, IMMUTABLE);
    CHECK_CAST("int4", "oid", BINARY, IMPLICIT, IMMUTABLE);
    CHECK_CAST("timestamp", "timestamptz", FUNCTION, IMPLICIT, STABLE);
    CHECK_CAST("int4", "int4", BINARY, IMPLICIT, IMMUTABLE);
    CHECK_CAST("json", "jsonb", INOUT, ASSIGNMENT, IMMUTABLE);
    CHECK_CAST("citext", "text", BINARY, IMPLICIT, IMMUTABLE);
    CHECK_CAST("text", "citext", BINARY, ASSIGNMENT, IMMUTABLE);
}
END_TEST

START_TEST(casts_that_no_row_tells) {
    CHECK_CAST("text", "timestamptz", INOUT, EXPLICIT, STABLE);
    CHECK_CAST("text", "uuid", INOUT, EXPLICIT, IMMUTABLE);
    CHECK_CAST("text", "int4", INOUT, EXPLICIT, IMMUTABLE);
    CHECK_CAST("int4", "text", INOUT, ASSIGNMENT, IMMUTABLE);
    CHECK_CAST("timestamptz", "text", INOUT, ASSIGNMENT, STABLE);
    CHECK_CAST("anyenum", "text", INOUT, ASSIGNMENT, STABLE);
    CHECK_CAST("text", "anyenum", INOUT, EXPLICIT, STABLE);
    CHECK_CAST("_int4", "_int8", ELEMENTS, IMPLICIT, IMMUTABLE);
    CHECK_CAST("_varchar", "_text", ELEMENTS, IMPLICIT, IMMUTABLE);
    CHECK_CAST("_int4", "_text", ELEMENTS, ASSIGNMENT, IMMUTABLE);
    CHECK_CAST("_timestamp", "_timestamptz", ELEMENTS, IMPLICIT, STABLE);
    CHECK_CAST("unknown", "timestamptz", BINARY, IMPLICIT, IMMUTABLE);
    CHECK_CAST("earth", "cube", BINARY, IMPLICIT, IMMUTABLE);
}
END_TEST

START_TEST(no_cast) {
    static const char *const pairs[][2] = {
        {"int4", "uuid"},  {"uuid", "int4"},        {"jsonb", "uuid"},   {"int4", "_int4"},
        {"_int4", "int4"}, {"_int2", "int2vector"}, {"int4", "no_such"}, {"no_such", "int4"},
        {"date", "int4"},  {"bool", "numeric"},     {"path", "point"},   {"hstore", "int4"},
        {"int4", "bytea"},
    };
    struct catalog_cast cast;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        ck_assert_msg(!catalog_cast(pairs[i][0], pairs[i][1], 15, &cast), "%s to %s", pairs[i][0],
                      pairs[i][1]);
    }
    ck_assert(catalog_cast("path", "point", 14, &cast));
    ck_assert(catalog_cast("int4", "bytea", 18, &cast));
}
END_TEST

START_TEST(casts_of_a_type_to_itself) {
    static const char *const with[] = {"varchar", "bpchar",  "numeric",     "timestamp",
                                       "time",    "timetz",  "timestamptz", "bit",
                                       "varbit",  "interval"};
    for (size_t i = 0; i < COUNT(with); i++) {
        unsigned id = catalog_type(with[i], 15)->id;
        ck_assert_str_eq(catalog_length_cast(id, 15)->function, with[i]);
    }
    ck_assert_ptr_null(catalog_length_cast(CATALOG_TYPE_text, 15));
    ck_assert_ptr_null(catalog_length_cast(CATALOG_TYPE_int4, 15));
    ck_assert_ptr_null(catalog_length_cast(CATALOG_TYPE_none, 15));
}
END_TEST

START_TEST(binary_coercible_is_one_way) {
    ck_assert(catalog_binary_coercible(CATALOG_TYPE_varchar, CATALOG_TYPE_text, 15));
    ck_assert(catalog_binary_coercible(CATALOG_TYPE_cidr, CATALOG_TYPE_inet, 15));
    ck_assert(!catalog_binary_coercible(CATALOG_TYPE_inet, CATALOG_TYPE_cidr, 15));
    ck_assert(!catalog_binary_coercible(CATALOG_TYPE_text, CATALOG_TYPE_citext, 15));
    ck_assert(!catalog_binary_coercible(CATALOG_TYPE_oid, CATALOG_TYPE_int4, 15));
    ck_assert(catalog_binary_coercible(CATALOG_TYPE__int4, CATALOG_TYPE_anyarray, 15));
    ck_assert(!catalog_binary_coercible(CATALOG_TYPE_int4, CATALOG_TYPE_anyarray, 15));
    ck_assert(!catalog_binary_coercible(CATALOG_TYPE_none, CATALOG_TYPE_int4, 15));
}
END_TEST

START_TEST(common_types) {
    ck_assert_str_eq(common("int4,int4"), "int4");
    ck_assert_str_eq(common("int4,numeric,int2"), "numeric");
    ck_assert_str_eq(common("int4,unknown"), "int4");
    ck_assert_str_eq(common("unknown,unknown"), "text");
    ck_assert_str_eq(common("varchar,text"), "varchar");
    ck_assert_str_eq(common("text,varchar"), "text");
    ck_assert_str_eq(common("timestamp,timestamptz,date"), "timestamptz");
    ck_assert_ptr_null(common("int4,text"));
    ck_assert_ptr_null(common("json,jsonb"));
    ck_assert_ptr_null(common("int4,?"));
    ck_assert_ptr_null(common("int4,no_such_type"));
}
END_TEST

/* --- operator classes --- */

static const char *opclass(const char *am, const char *type) {
    const struct catalog_opclass *found =
        catalog_default_opclass(am, catalog_type(type, 15)->id, 15);
    return found == NULL ? NULL : found->name;
}

START_TEST(default_operator_classes) {
    ck_assert_str_eq(opclass("btree", "int4"), "int4_ops");
    ck_assert_str_eq(opclass("btree", "varchar"), "text_ops");
    ck_assert_str_eq(opclass("btree", "bpchar"), "bpchar_ops");
    ck_assert_str_eq(opclass("btree", "cidr"), "inet_ops");
    ck_assert_str_eq(opclass("btree", "timestamptz"), "timestamptz_ops");
    ck_assert_str_eq(opclass("btree", "_uuid"), "array_ops");
    ck_assert_str_eq(opclass("btree", "tstzrange"), "range_ops");
    ck_assert_str_eq(opclass("btree", "anyenum"), "enum_ops");
    ck_assert_str_eq(opclass("btree", "citext"), "citext_ops");
    ck_assert_str_eq(opclass("hash", "jsonb"), "jsonb_ops");
    ck_assert_str_eq(opclass("gin", "jsonb"), "jsonb_ops");
    ck_assert_str_eq(opclass("brin", "date"), "date_minmax_ops");
    ck_assert_str_eq(opclass("gist", "hstore"), "gist_hstore_ops");
    ck_assert_ptr_null(opclass("btree", "json"));
    ck_assert_ptr_null(opclass("btree", "point"));
    ck_assert_ptr_null(opclass("no_such", "int4"));
    ck_assert_ptr_null(catalog_default_opclass("btree", CATALOG_TYPE_none, 15));
}
END_TEST

START_TEST(named_operator_classes) {
    const struct catalog_opclass *found = catalog_opclass("btree", "varchar_pattern_ops", 15);
    ck_assert_str_eq(found->family, "text_pattern_ops");
    ck_assert_uint_eq(found->type, CATALOG_TYPE_text);
    ck_assert(!found->is_default);
    found = catalog_opclass("gin", "gin_trgm_ops", 15);
    ck_assert_str_eq(catalog_extension_name(found->extension), "pg_trgm");
    const struct catalog_opclass *gist = catalog_default_opclass("gist", CATALOG_TYPE_int4, 15);
    ck_assert_str_eq(catalog_extension_name(gist->extension), "btree_gist");
    ck_assert_ptr_null(catalog_opclass("btree", "gin_trgm_ops", 15));
    ck_assert_ptr_null(catalog_opclass("brin", "int4_bloom_ops", 13));
    ck_assert_ptr_nonnull(catalog_opclass("brin", "int4_bloom_ops", 14));
}
END_TEST

START_TEST(parts_decide_the_whole) {
    ck_assert_int_eq(volatility_join(VOLATILITY_IMMUTABLE, VOLATILITY_STABLE), VOLATILITY_STABLE);
    ck_assert_int_eq(volatility_join(VOLATILITY_UNKNOWN, VOLATILITY_VOLATILE), VOLATILITY_VOLATILE);
    ck_assert_int_eq(volatility_join(VOLATILITY_STABLE, VOLATILITY_UNKNOWN), VOLATILITY_UNKNOWN);
    ck_assert_int_eq(volatility_join(VOLATILITY_NOT_FOUND, VOLATILITY_IMMUTABLE),
                     VOLATILITY_UNKNOWN);
    ck_assert_int_eq(volatility_join(VOLATILITY_IMMUTABLE, VOLATILITY_IMMUTABLE),
                     VOLATILITY_IMMUTABLE);
}
END_TEST

static void add_case(Suite *suite, const char *name, const TTest *const *tests, size_t count) {
    TCase *tcase = tcase_create(name);
    for (size_t i = 0; i < count; i++) {
        tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, tcase);
}

#define ADD_CASE(suite, name, ...)                                                                 \
    do {                                                                                           \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        add_case(suite, name, tests, COUNT(tests));                                                \
    } while (0)

Suite *suite_catalog(void) {
    Suite *suite = suite_create("catalog");
    ADD_CASE(suite, "data", rows_are_sorted_and_overloads_few_enough,
             every_type_is_found_by_name_and_number, every_function_is_found);
    ADD_CASE(suite, "types", types_know_their_relations, types_differ_between_versions,
             unknown_types_are_not_found, types_of_extensions_say_so);
    ADD_CASE(suite, "functions", volatility_is_the_label, functions_belong_to_versions,
             no_such_function, unknown_when_the_types_would_decide, the_grammar_s_own_names,
             overloads_are_chosen_as_by_the_server, variadic_and_default_arguments,
             named_arguments_are_of_no_known_order, as_many_arguments_as_the_server_takes,
             polymorphic_functions_agree_with_their_arguments, calls_that_are_casts,
             functions_of_extensions, a_type_proves_its_extension);
    ADD_CASE(suite, "operators", operators_are_chosen_as_by_the_server, candidates_can_be_listed);
    ADD_CASE(suite, "casts", casts_say_how_and_where, casts_that_no_row_tells, no_cast,
             casts_of_a_type_to_itself, binary_coercible_is_one_way, common_types);
    ADD_CASE(suite, "opclasses", default_operator_classes, named_operator_classes);
    ADD_CASE(suite, "volatility", parts_decide_the_whole);
    return suite;
}
