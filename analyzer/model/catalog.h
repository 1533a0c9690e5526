/*
 * PostgreSQL's own catalogue: the types, functions, operators, casts and operator classes that are
 * built into the majors 12 to 18, and those of the extensions that come with PostgreSQL (contrib).
 *
 * The data are constant and come from real servers (tools/import-catalog). Nothing here allocates
 * or fails; pointers that are handed out are valid for ever.
 *
 * Names are the bare ones of pg_type, pg_proc ..., as the grammar's tree has them: "int4",
 * "varchar", "bpchar", "timestamptz", "_text" for text[]. Schemas are the caller's business: ask
 * only about names that may mean pg_catalog or an extension.
 * A version is a major from CATALOG_OLDEST to CATALOG_NEWEST; an object that this major does not
 * have is not found.
 *
 * An object of an extension is found together with the built-in ones where one of the types it is
 * asked with belongs to the same extension (which proves that the extension is there): casts of
 * citext, hstore's operators. Everything else of extensions is found only by the functions that
 * have "extension" in their names.
 */
#ifndef MODEL_CATALOG_H
#define MODEL_CATALOG_H

#include "model/catalog_type_id.h"
#include "model/volatility.h"

#include <stdbool.h>
#include <stdint.h>

enum { CATALOG_OLDEST = 12, CATALOG_NEWEST = 18 };

/* --- extensions --- */

/* A number for each extension of contrib; 0 is the server itself. */
const char *catalog_extension_name(unsigned extension); /* "uuid-ossp"; 0: NULL */
/* 0 when contrib of that major has no extension of this name (others may well exist). */
unsigned catalog_extension(const char *name, int version);

/* --- types --- */

enum catalog_kind {
    CATALOG_BASE,
    CATALOG_ARRAY,      /* of: the element type */
    CATALOG_ENUM,       /* none is built in */
    CATALOG_DOMAIN,     /* of: the type below; earth of earthdistance is one */
    CATALOG_RANGE,      /* of: the subtype */
    CATALOG_MULTIRANGE, /* of: the range type */
    CATALOG_PSEUDO,     /* record, anyelement, trigger, unknown (of a quoted literal) ... */
};

enum {
    CATALOG_PREFERRED = 1,  /* in its category, where several would do */
    CATALOG_TYPMOD = 2,     /* takes modifiers: varchar(20), numeric(10,2) */
    CATALOG_COLLATABLE = 4, /* COLLATE may be said of it */
};

struct catalog_type {
    const char *name;
    uint16_t id, of, array; /* enum catalog_type_id; array: of elements of this type */
    int16_t length;         /* bytes; -1, -2: varies */
    char category;          /* pg_type.typcategory: 'N' number, 'S' string, 'D' date and time ... */
    char storage;          /* pg_type.typstorage: 'p' plain, 'e' external, 'm' main, 'x' extended */
    uint8_t kind;          /* enum catalog_kind */
    uint8_t flags;         /* CATALOG_PREFERRED ... */
    uint8_t input, output; /* enum volatility of text to value, and back */
    uint8_t extension;
    uint8_t min, max; /* versions in which all this holds */
};

/* NULL: no such type. There are no row types, and none that only the grammar knows (serial). */
const struct catalog_type *catalog_type(const char *name, int version);
const struct catalog_type *catalog_type_of_id(unsigned id, int version);
/* "int4"; NULL for CATALOG_TYPE_none. */
const char *catalog_type_name(unsigned id);

/* --- functions --- */

enum { CATALOG_MAX_ARGS = 8 };

enum {
    CATALOG_STRICT = 1,
    CATALOG_SETOF = 2,
    CATALOG_VARIADIC = 4, /* the last argument, an array or "any", stands for one or more */
    CATALOG_SQL = 8,      /* LANGUAGE sql: the server may put the body in its place */
    CATALOG_AGGREGATE = 16,
    CATALOG_WINDOW = 32,
    CATALOG_PROCEDURE = 64,
};

struct catalog_function {
    const char *name;
    uint8_t nargs;     /* IN, INOUT and VARIADIC; an ordered-set aggregate's direct ones first */
    uint8_t ndefaults; /* so many of the last may be left out */
    uint16_t args[CATALOG_MAX_ARGS];
    uint16_t result;    /* a row type is "record" */
    uint8_t volatility; /* enum volatility, the label */
    uint8_t flags;      /* CATALOG_STRICT ... */
    uint8_t extension;
    uint8_t min, max; /* versions in which all this holds */
};

struct catalog_functions {
    const struct catalog_function *next, *end;
    int nargs, version;
};

/*
 * All built-in functions of a name that can be called with nargs arguments (-1: any number):
 *
 *     struct catalog_functions all = catalog_function(name, nargs, version);
 *     for (const struct catalog_function *f; (f = catalog_function_next(&all)) != NULL;)
 *
 * Left out of the catalogue are functions that no expression can call: those of types internal and
 * cstring (input and output of types, selectivity, index support) and handlers. So a function that
 * is not found may still be named in CREATE OPERATOR, OPERATOR CLASS, TYPE or ACCESS METHOD.
 * Names that only the grammar writes (EXTRACT is extract since 14) are found under the name that
 * the grammar of the version would have written.
 */
struct catalog_functions catalog_function(const char *name, int nargs, int version);
struct catalog_functions catalog_extension_function(const char *name, int nargs, int version);
const struct catalog_function *catalog_function_next(struct catalog_functions *functions);

/* --- operators --- */

struct catalog_operator {
    const char *name;
    const char *function;
    uint16_t left, right, result; /* left: CATALOG_TYPE_none for a prefix operator */
    uint8_t volatility;           /* of the function */
    uint8_t extension;
    uint8_t min, max;
};

struct catalog_operators {
    const struct catalog_operator *next, *end;
    bool prefix;
    int version;
};

/* As catalog_function: all built-in prefix operators, or all with two operands, of a name. */
struct catalog_operators catalog_operator(const char *name, bool prefix, int version);
struct catalog_operators catalog_extension_operator(const char *name, bool prefix, int version);
const struct catalog_operator *catalog_operator_next(struct catalog_operators *operators);

/* --- casts (catalog_cast.c) --- */

/* Each allows what those before it allow. */
enum catalog_context { CATALOG_IMPLICIT, CATALOG_ASSIGNMENT, CATALOG_EXPLICIT };

enum catalog_method {
    CATALOG_BINARY,   /* nothing is done; also from a type to itself */
    CATALOG_FUNCTION, /* by a function */
    CATALOG_INOUT,    /* through text */
    CATALOG_ELEMENTS, /* array to array, element by element, even where nothing is done to each */
};

struct catalog_cast {
    uint16_t source, target;
    uint8_t context; /* enum catalog_context: the least in which it applies */
    uint8_t method;  /* enum catalog_method */
    uint8_t volatility;
    uint8_t extension;
    uint8_t min, max;
    const char *function; /* NULL unless method is CATALOG_FUNCTION */
};

/*
 * How a value of one type becomes one of another, as find_coercion_pathway finds it: a row of
 * pg_cast, element by element between arrays, or through text from and to types of the string
 * category. False: it cannot, or a type is not known. The modifier is another matter: see
 * catalog_length_cast.
 * A quoted literal ("unknown") becomes a constant of the target when the statement is parsed, by
 * the target's input function; it is no cast at run time and told as CATALOG_BINARY, immutable.
 */
bool catalog_cast(const char *source, const char *target, int version, struct catalog_cast *cast);
bool catalog_cast_of_ids(unsigned source, unsigned target, int version, struct catalog_cast *cast);
/* The cast from a type to itself that applies a modifier; NULL: the type has none. */
const struct catalog_cast *catalog_length_cast(unsigned type, int version);
/* IsBinaryCoercible: a value of source is one of target as it is, and implicitly so. */
bool catalog_binary_coercible(unsigned source, unsigned target, int version);

/* --- which function is meant (catalog_resolve.c) --- */

enum catalog_match {
    CATALOG_NO_MATCH, /* no such function, or none that takes these types */
    CATALOG_MATCH,
    CATALOG_MATCHES, /* several: ambiguous, or it depends on a type that is not known */
};

struct catalog_call {
    enum catalog_match match;
    enum volatility volatility; /* UNKNOWN where several matches differ in it, NOT_FOUND without */
    unsigned result; /* enum catalog_type_id; none where several differ, or it is not known */
    const struct catalog_function *function; /* one of the matches; NULL: none, an operator or a */
    const struct catalog_operator *op;       /* cast that is written like a call: text(x) */
};

/*
 * Which function a call means, as func_get_detail decides. types: nargs names of types; NULL, or a
 * name that is not in the catalogue, is a type that is not known, and any function that might then
 * be meant is a match; "unknown" is a quoted literal or NULL. A domain is to be given as the type
 * it is of, an enum as "anyenum". With named arguments (a => 1) the order is not known: give NULL.
 * An array after VARIADIC is given as what it is.
 */
struct catalog_call catalog_call(const char *name, int nargs, const char *const *types,
                                 int version);
/* The same among the functions of contrib's extensions; function->extension says whose it is. */
struct catalog_call catalog_extension_call(const char *name, int nargs, const char *const *types,
                                           int version);
/* As catalog_call, for an operator with one (prefix) or two operands: op is set. */
struct catalog_call catalog_operation(const char *name, int nargs, const char *const *types,
                                      int version);

/* catalog_call's volatility alone. */
enum volatility catalog_function_volatility(const char *name, int nargs, const char *const *types,
                                            int version);
/* catalog_operation's volatility alone. */
enum volatility catalog_operator_volatility(const char *name, int nargs, const char *const *types,
                                            int version);

/*
 * The type that UNION, CASE, COALESCE, ARRAY[], VALUES and IN give to values of n types, as
 * select_common_type does: "text" for quoted literals only. NULL: there is none, or a type is not
 * known.
 */
const char *catalog_common_type(int n, const char *const *types, int version);

/* --- parameters (catalog_parameter.c) --- */

/* Who may set it, and when. */
enum catalog_parameter_context {
    CATALOG_USER,
    CATALOG_SUPERUSER,
    CATALOG_BACKEND,    /* when the connection starts */
    CATALOG_SIGHUP,     /* in the server's configuration */
    CATALOG_POSTMASTER, /* when the server starts */
    CATALOG_INTERNAL,   /* nobody */
};

enum catalog_parameter_type {
    CATALOG_BOOL,
    CATALOG_ENUM_WORD,
    CATALOG_INTEGER,
    CATALOG_REAL,
    CATALOG_STRING,
};

struct catalog_parameter {
    const char *name;         /* lower case */
    const char *values;       /* of an enum: "minimal,replica,logical" */
    const char *least, *most; /* of numbers */
    const char *unit;         /* "ms", "8kB"; "": none */
    uint8_t context, type;    /* enum catalog_parameter_context, _type */
    uint8_t min, max;         /* versions in which all this holds */
};

/* NULL: no such parameter, or one that SHOW ALL hides. */
const struct catalog_parameter *catalog_parameter(const char *name, int version);

/* --- operator classes --- */

struct catalog_opclass {
    const char *am; /* "btree" */
    const char *name;
    const char *family;
    uint16_t type; /* of what is indexed */
    uint16_t key;  /* what the index stores; none: the same */
    bool is_default;
    uint8_t extension;
    uint8_t min, max;
};

/* Extensions' ones are found too; their extension is set. NULL: no such operator class. */
const struct catalog_opclass *catalog_opclass(const char *am, const char *name, int version);
/*
 * What CREATE INDEX takes for a column of this type, as GetDefaultOpClass does. NULL: none. One of
 * an extension is found where the server itself has none (gist of an integer: btree_gist).
 */
const struct catalog_opclass *catalog_default_opclass(const char *am, unsigned type, int version);

#endif
