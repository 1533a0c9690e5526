/*
 * Which of the functions or operators of a name is meant, as parse_func.c and parse_oper.c decide
 * (the same way in all versions from 12 to 18).
 *
 * The server always knows all types. Where one is not known here, every candidate that could be
 * meant remains a match, and only what all of them have in common is told.
 */
#include "model/catalog.h"
#include "model/catalog_generic.h"

#include <stddef.h>
#include <string.h>

/* More overloads than any name has (the tests count them). */
enum { MAX_ARGS = CATALOG_MAX_CALL_ARGS, MAX_CANDIDATES = 128 };

struct candidate {
    const struct catalog_function *function; /* or op */
    const struct catalog_operator *op;
    bool expanded; /* the variadic argument stands for single ones */
};

struct search {
    int version, nargs;
    uint16_t types[MAX_ARGS]; /* domains as their base types; none: not known */
    bool some_not_known;
    size_t n;
    struct candidate candidates[MAX_CANDIDATES];
};

static unsigned type_id(const char *name, int version) {
    const struct catalog_type *type = name == NULL ? NULL : catalog_type(name, version);
    while (type != NULL && type->kind == CATALOG_DOMAIN) {
        type = catalog_type_of_id(type->of, version);
    }
    return type == NULL ? CATALOG_TYPE_none : type->id;
}

/* --- candidates --- */

static bool search_init(struct search *search, int nargs, const char *const *types, int version) {
    search->version = version;
    search->nargs = nargs;
    search->some_not_known = false;
    search->n = 0;
    if (nargs > MAX_ARGS) {
        return false;
    }
    for (int i = 0; i < nargs; i++) {
        search->types[i] = types ? (uint16_t)type_id(types[i], version) : CATALOG_TYPE_none;
        search->some_not_known |= search->types[i] == CATALOG_TYPE_none;
    }
    return true;
}

static void add(struct search *search, struct candidate candidate) {
    if (search->n < MAX_CANDIDATES) {
        search->candidates[search->n++] = candidate;
    }
}

/* What is built in is there; of an extension, when something else of the extension is. */
static bool is_there(const struct search *search, unsigned extension) {
    if (extension == 0) {
        return true;
    }
    for (int i = 0; i < search->nargs; i++) {
        const struct catalog_type *type = catalog_type_of_id(search->types[i], search->version);
        if (type != NULL && type->extension == extension) {
            return true;
        }
    }
    return false;
}

static void add_functions(struct search *search, struct catalog_functions functions, bool all) {
    const struct catalog_function *f;
    while ((f = catalog_function_next(&functions)) != NULL) {
        if (all || is_there(search, f->extension)) {
            bool expanded = (f->flags & CATALOG_VARIADIC) && search->nargs >= f->nargs;
            add(search, (struct candidate){.function = f, .expanded = expanded});
        }
    }
}

static void add_operators(struct search *search, struct catalog_operators operators, bool all) {
    const struct catalog_operator *op;
    while ((op = catalog_operator_next(&operators)) != NULL) {
        if (all || is_there(search, op->extension)) {
            add(search, (struct candidate){.op = op});
        }
    }
}

static unsigned variadic_element(unsigned array, int version) {
    switch (array) {
    case CATALOG_TYPE_any:
        return CATALOG_TYPE_any;
    case CATALOG_TYPE_anyarray:
        return CATALOG_TYPE_anyelement;
    case CATALOG_TYPE_anycompatiblearray:
        return CATALOG_TYPE_anycompatible;
    default: {
        const struct catalog_type *type = catalog_type_of_id(array, version);
        return type == NULL ? CATALOG_TYPE_none : type->of;
    }
    }
}

/* The type that the candidate wants for the i-th argument of the call. */
static unsigned parameter(const struct search *search, const struct candidate *candidate, int i) {
    if (candidate->op != NULL) {
        return search->nargs == 2 && i == 0 ? candidate->op->left : candidate->op->right;
    }
    const struct catalog_function *f = candidate->function;
    if (candidate->expanded && i >= f->nargs - 1) {
        return variadic_element(f->args[f->nargs - 1], search->version);
    }
    return f->args[i];
}

static bool same_parameters(const struct search *search, const struct candidate *a,
                            const struct candidate *b) {
    for (int i = 0; i < search->nargs; i++) {
        if (parameter(search, a, i) != parameter(search, b, i)) {
            return false;
        }
    }
    return true;
}

/* Drops what another function takes without being variadic: FuncnameGetCandidates. */
static void drop_hidden(struct search *search) {
    size_t kept = 0;
    for (size_t i = 0; i < search->n; i++) {
        bool hidden = false;
        for (size_t k = 0; k < search->n && search->candidates[i].expanded && !hidden; k++) {
            hidden = !search->candidates[k].expanded &&
                     same_parameters(search, &search->candidates[i], &search->candidates[k]);
        }
        if (!hidden) {
            search->candidates[kept++] = search->candidates[i];
        }
    }
    search->n = kept;
}

/* --- the choice --- */

static void parameters(const struct search *search, const struct candidate *candidate,
                       uint16_t *wanted) {
    for (int i = 0; i < search->nargs; i++) {
        wanted[i] = (uint16_t)parameter(search, candidate, i);
    }
}

static unsigned result_type(const struct search *search, const struct candidate *candidate) {
    uint16_t wanted[MAX_ARGS];
    parameters(search, candidate, wanted);
    return generic_result(candidate->op != NULL ? candidate->op->result
                                                : candidate->function->result,
                          search->nargs, wanted, search->types, search->version);
}

/* can_coerce_type, implicitly; what is not known can. */
static bool accepts(const struct search *search, const struct candidate *candidate,
                    const uint16_t *types) {
    uint16_t wanted[MAX_ARGS];
    parameters(search, candidate, wanted);
    for (int i = 0; i < search->nargs; i++) {
        if (types[i] != CATALOG_TYPE_none && !generic_is_polymorphic(wanted[i]) &&
            wanted[i] != CATALOG_TYPE_any &&
            !generic_can_become(types[i], wanted[i], search->version)) {
            return false;
        }
    }
    return generic_accepts(search->nargs, wanted, types, search->version);
}

/* Keeps the candidates with the highest score; all when none has any. */
static void keep_best(struct search *search,
                      int (*score)(const struct search *, const struct candidate *)) {
    size_t kept = 0;
    int best = -1;
    for (size_t i = 0; i < search->n; i++) {
        struct candidate candidate = search->candidates[i];
        int its = score(search, &candidate);
        if (its > best) {
            best = its;
            kept = 0;
        }
        if (its == best) {
            search->candidates[kept++] = candidate;
        }
    }
    search->n = kept;
}

static int exact_arguments(const struct search *search, const struct candidate *candidate) {
    int n = 0;
    for (int i = 0; i < search->nargs; i++) {
        n += search->types[i] != CATALOG_TYPE_unknown &&
             search->types[i] == parameter(search, candidate, i);
    }
    return n;
}

static int exact_or_preferred_arguments(const struct search *search,
                                        const struct candidate *candidate) {
    int n = 0;
    for (int i = 0; i < search->nargs; i++) {
        unsigned wanted = parameter(search, candidate, i);
        n += search->types[i] != CATALOG_TYPE_unknown &&
             (search->types[i] == wanted ||
              (generic_is_preferred(wanted, search->version) &&
               generic_category(wanted, search->version) ==
                   generic_category(search->types[i], search->version)));
    }
    return n;
}

/*
 * The category that a quoted literal at i is taken to have: the one of all candidates, or strings
 * where one of them wants a string; 0: they disagree. preferred: one wants the category's
 * preferred type.
 */
static char literal_category(const struct search *search, int i, bool *preferred) {
    char found = 0;
    bool conflict = false;
    for (size_t c = 0; c < search->n; c++) {
        unsigned wanted = parameter(search, &search->candidates[c], i);
        char its = generic_category(wanted, search->version);
        bool is = generic_is_preferred(wanted, search->version);
        if (found == 0 || (its != found && its == 'S')) {
            found = its;
            *preferred = is;
        } else if (its == found) {
            *preferred |= is;
        } else {
            conflict = true;
        }
    }
    return conflict && found != 'S' ? 0 : found;
}

/* Lets quoted literals choose; leaves all candidates where they cannot. */
static void choose_by_literals(struct search *search) {
    char wanted[MAX_ARGS] = {0};
    bool preferred[MAX_ARGS] = {false};
    for (int i = 0; i < search->nargs; i++) {
        if (search->types[i] != CATALOG_TYPE_unknown) {
            continue;
        }
        wanted[i] = literal_category(search, i, &preferred[i]);
        if (wanted[i] == 0) {
            return;
        }
    }
    size_t kept = 0;
    struct candidate candidates[MAX_CANDIDATES];
    for (size_t c = 0; c < search->n; c++) {
        bool keep = true;
        for (int i = 0; i < search->nargs && keep; i++) {
            unsigned its = parameter(search, &search->candidates[c], i);
            keep =
                wanted[i] == 0 || (generic_category(its, search->version) == wanted[i] &&
                                   (!preferred[i] || generic_is_preferred(its, search->version)));
        }
        if (keep) {
            candidates[kept++] = search->candidates[c];
        }
    }
    if (kept > 0) {
        memcpy(search->candidates, candidates, kept * sizeof *candidates);
        search->n = kept;
    }
}

/* The last resort: literals of the type that all the other arguments have. */
static void choose_by_known_type(struct search *search) {
    unsigned known = CATALOG_TYPE_unknown;
    for (int i = 0; i < search->nargs; i++) {
        unsigned type = search->types[i];
        if (type != CATALOG_TYPE_unknown && known != CATALOG_TYPE_unknown && type != known) {
            return;
        }
        known = type != CATALOG_TYPE_unknown ? type : known;
    }
    if (known == CATALOG_TYPE_unknown) {
        return;
    }
    uint16_t types[MAX_ARGS];
    for (int i = 0; i < search->nargs; i++) {
        types[i] = (uint16_t)known;
    }
    size_t found = 0, last = 0;
    for (size_t c = 0; c < search->n; c++) {
        if (accepts(search, &search->candidates[c], types)) {
            found++;
            last = c;
        }
    }
    if (found == 1) {
        search->candidates[0] = search->candidates[last];
        search->n = 1;
    }
}

static bool has_literal(const struct search *search) {
    for (int i = 0; i < search->nargs; i++) {
        if (search->types[i] == CATALOG_TYPE_unknown) {
            return true;
        }
    }
    return false;
}

static void keep_accepting(struct search *search) {
    size_t kept = 0;
    for (size_t i = 0; i < search->n; i++) {
        if (accepts(search, &search->candidates[i], search->types)) {
            search->candidates[kept++] = search->candidates[i];
        }
    }
    search->n = kept;
}

/* func_select_candidate. */
static void choose(struct search *search) {
    keep_accepting(search);
    if (search->some_not_known || search->n <= 1) {
        return;
    }
    keep_best(search, exact_arguments);
    if (search->n > 1) {
        keep_best(search, exact_or_preferred_arguments);
    }
    if (search->n > 1 && has_literal(search)) {
        choose_by_literals(search);
        if (search->n > 1) {
            choose_by_known_type(search);
        }
    }
}

/* Leaves the one candidate that wants exactly these types, if there is one. */
static bool choose_exact(struct search *search, const uint16_t *types) {
    for (size_t c = 0; c < search->n; c++) {
        bool exact = true;
        for (int i = 0; i < search->nargs && exact; i++) {
            exact = types[i] != CATALOG_TYPE_none &&
                    types[i] == parameter(search, &search->candidates[c], i);
        }
        if (exact) {
            search->candidates[0] = search->candidates[c];
            search->n = 1;
            return true;
        }
    }
    return false;
}

static enum volatility volatility_of(const struct candidate *candidate) {
    return candidate->op != NULL ? candidate->op->volatility : candidate->function->volatility;
}

/* What the remaining candidates have in common. */
static struct catalog_call outcome(const struct search *search) {
    if (search->n == 0) {
        return (struct catalog_call){.match = CATALOG_NO_MATCH, .volatility = VOLATILITY_NOT_FOUND};
    }
    const struct candidate *first = &search->candidates[0];
    struct catalog_call call = {
        .match = search->n == 1 ? CATALOG_MATCH : CATALOG_MATCHES,
        .volatility = volatility_of(first),
        .result = result_type(search, first),
        .function = first->function,
        .op = first->op,
    };
    for (size_t i = 1; i < search->n; i++) {
        if (volatility_of(&search->candidates[i]) != call.volatility) {
            call.volatility = VOLATILITY_UNKNOWN;
        }
        if (result_type(search, &search->candidates[i]) != call.result) {
            call.result = CATALOG_TYPE_none;
        }
    }
    return call;
}

/*
 * A call of a type's name with one argument is a cast where no function fits exactly and the cast
 * needs none: text(x), oid(x). func_get_detail.
 */
static bool cast_like_call(const struct search *search, const char *name, bool of_extension,
                           struct catalog_call *call) {
    const struct catalog_type *target = catalog_type(name, search->version);
    struct catalog_cast cast;
    if (search->nargs != 1 || target == NULL || (of_extension && target->extension == 0) ||
        (!of_extension && !is_there(search, target->extension)) ||
        !catalog_cast_of_ids(search->types[0], target->id, search->version, &cast) ||
        (cast.method != CATALOG_BINARY && cast.method != CATALOG_INOUT) ||
        (cast.method == CATALOG_INOUT && search->types[0] == CATALOG_TYPE_record)) {
        return false;
    }
    *call = (struct catalog_call){
        .match = CATALOG_MATCH, .volatility = cast.volatility, .result = target->id};
    return true;
}

/* An array after VARIADIC is taken as it is. */
static void undo_expansion(struct search *search) {
    for (size_t i = 0; i < search->n; i++) {
        const struct catalog_function *f = search->candidates[i].function;
        if (search->candidates[i].expanded && search->nargs == f->nargs) {
            search->candidates[i].expanded = false;
        }
    }
}

static struct catalog_call resolve_function(struct search *search, const char *name,
                                            bool of_extension) {
    struct catalog_call call;
    struct search as_written = *search;
    drop_hidden(search);
    if (choose_exact(search, search->types)) {
        return outcome(search);
    }
    if (cast_like_call(search, name, of_extension, &call)) {
        return call;
    }
    choose(search);
    if (search->n == 0) {
        *search = as_written;
        undo_expansion(search);
        choose(search);
    }
    return outcome(search);
}

static const struct catalog_call no_call = {.match = CATALOG_NO_MATCH,
                                            .volatility = VOLATILITY_NOT_FOUND};

struct catalog_call catalog_call(const char *name, int nargs, const char *const *types,
                                 int version) {
    struct search search;
    if (!search_init(&search, nargs, types, version)) {
        return no_call;
    }
    add_functions(&search, catalog_function(name, nargs, version), true);
    add_functions(&search, catalog_extension_function(name, nargs, version), false);
    return resolve_function(&search, name, false);
}

struct catalog_call catalog_extension_call(const char *name, int nargs, const char *const *types,
                                           int version) {
    struct search search;
    if (!search_init(&search, nargs, types, version)) {
        return no_call;
    }
    add_functions(&search, catalog_extension_function(name, nargs, version), true);
    return resolve_function(&search, name, true);
}

/* binary_oper_exact: a literal beside something else is first taken to be of the same type. */
static bool choose_exact_operator(struct search *search) {
    uint16_t types[2] = {search->types[0], search->nargs == 2 ? search->types[1] : 0};
    if (search->nargs == 2 && types[0] == CATALOG_TYPE_unknown) {
        types[0] = types[1];
    } else if (search->nargs == 2 && types[1] == CATALOG_TYPE_unknown) {
        types[1] = types[0];
    }
    return choose_exact(search, types);
}

struct catalog_call catalog_operation(const char *name, int nargs, const char *const *types,
                                      int version) {
    struct search search;
    if (nargs < 1 || nargs > 2 || !search_init(&search, nargs, types, version)) {
        return no_call;
    }
    add_operators(&search, catalog_operator(name, nargs == 1, version), true);
    add_operators(&search, catalog_extension_operator(name, nargs == 1, version), false);
    if (!choose_exact_operator(&search)) {
        choose(&search);
    }
    return outcome(&search);
}

enum volatility catalog_function_volatility(const char *name, int nargs, const char *const *types,
                                            int version) {
    return catalog_call(name, nargs, types, version).volatility;
}

enum volatility catalog_operator_volatility(const char *name, int nargs, const char *const *types,
                                            int version) {
    return catalog_operation(name, nargs, types, version).volatility;
}
