/* Failures of GRANT, REVOKE and ALTER DEFAULT PRIVILEGES (aclchk.c: ExecuteGrantStmt). */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <string.h>

enum {
    SELECT = 1,
    INSERT = 2,
    UPDATE = 4,
    DELETE = 8,
    TRUNCATE = 16,
    REFERENCES = 32,
    TRIGGER = 64,
    EXECUTE = 128,
    USAGE = 256,
    CREATE = 512,
    TEMPORARY = 1024,
    CONNECT = 2048,
    SET = 4096,
    ALTER_SYSTEM = 8192,
    MAINTAIN = 16384,
    RULE = 32768, /* taken and ignored */
    OF_COLUMN = SELECT | INSERT | UPDATE | REFERENCES,
    OF_SEQUENCE = USAGE | SELECT | UPDATE,
    OF_TABLE = SELECT | INSERT | UPDATE | DELETE | TRUNCATE | REFERENCES | TRIGGER | MAINTAIN | RULE
};

static int privilege_of(const char *word) {
    static const struct {
        const char *word;
        int privilege;
    } words[] = {
        {"select", SELECT},
        {"insert", INSERT},
        {"update", UPDATE},
        {"delete", DELETE},
        {"truncate", TRUNCATE},
        {"references", REFERENCES},
        {"trigger", TRIGGER},
        {"execute", EXECUTE},
        {"usage", USAGE},
        {"create", CREATE},
        {"temporary", TEMPORARY},
        {"temp", TEMPORARY},
        {"connect", CONNECT},
        {"set", SET},
        {"alter system", ALTER_SYSTEM},
        {"maintain", MAINTAIN},
        {"rule", RULE},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcmp(word, words[i].word) == 0)
            return words[i].privilege;
    return 0;
}

struct privileges {
    int all; /* 0: any */
    const char *of;
};

static struct privileges privileges_of(int type) {
    switch (type) {
    case OBJECT_TABLE: /* which says sequences too, for old times' sake */
        return (struct privileges){OF_TABLE | OF_SEQUENCE, "relation"};
    case OBJECT_SEQUENCE:
        return (struct privileges){OF_SEQUENCE, "sequence"};
    case OBJECT_DATABASE:
        return (struct privileges){CREATE | TEMPORARY | CONNECT, "database"};
    case OBJECT_DOMAIN:
    case OBJECT_TYPE:
        return (struct privileges){USAGE, "type"};
    case OBJECT_FUNCTION:
        return (struct privileges){EXECUTE, "function"};
    case OBJECT_PROCEDURE:
        return (struct privileges){EXECUTE, "procedure"};
    case OBJECT_ROUTINE:
        return (struct privileges){EXECUTE, "routine"};
    case OBJECT_LANGUAGE:
        return (struct privileges){USAGE, "language"};
    case OBJECT_SCHEMA:
        return (struct privileges){USAGE | CREATE, "schema"};
    case OBJECT_TABLESPACE:
        return (struct privileges){CREATE, "tablespace"};
    case OBJECT_FDW:
        return (struct privileges){USAGE, "foreign-data wrapper"};
    case OBJECT_FOREIGN_SERVER:
        return (struct privileges){USAGE, "foreign server"};
    default:
        return (struct privileges){0, ""};
    }
}

static const char *upper(struct effects_work *work, const char *word) {
    char *copy = arena_strdup(work->arena, word);

    for (char *c = copy; *c; c++)
        if (ascii_islower(*c))
            *c = (char)(*c - 'a' + 'A');
    return copy;
}

static void check_privilege(struct effects_work *work, const struct AccessPriv *given, int type) {
    struct privileges valid = privileges_of(type);
    int privilege = given->priv_name != NULL ? privilege_of(given->priv_name) : 0;

    if (given->priv_name != NULL && privilege == 0)
        effects_fail(work, "42601", "unrecognized privilege type \"%s\"", given->priv_name);
    else if (given->cols.n > 0 && type != OBJECT_TABLE)
        effects_fail(work, "0LP01", "column privileges are only valid for relations");
    else if (given->cols.n > 0 && (privilege & ~OF_COLUMN) != 0)
        effects_fail(work, "0LP01", "invalid privilege type %s for column",
                     upper(work, given->priv_name));
    else if (valid.all != 0 && (privilege & ~valid.all) != 0)
        effects_fail(work, "0LP01", "invalid privilege type %s for %s",
                     upper(work, given->priv_name), valid.of);
}

static void check_privileges(struct effects_work *work, const struct GrantStmt *grant, int type) {
    for (size_t i = 0; i < grant->privileges.n && !work->stopped; i++) {
        const struct AccessPriv *given = node_if(AccessPriv, grant->privileges.v[i]);

        if (given != NULL)
            check_privilege(work, given, type);
    }
}

/* ExecGrant_Relation */

static void check_columns(struct effects_work *work, const struct GrantStmt *grant,
                          const struct relation *relation) {
    for (size_t i = 0; i < grant->privileges.n && !work->stopped; i++) {
        const struct AccessPriv *given = node_if(AccessPriv, grant->privileges.v[i]);

        for (size_t j = 0; given != NULL && j < given->cols.n && relation->columns_known; j++) {
            const char *name = node_string(given->cols.v[j]);

            if (name != NULL && relation_column(relation, name) == NULL &&
                !effects_is_system_column(name))
                effects_fail(work, "42703", "column \"%s\" of relation \"%s\" does not exist", name,
                             relation->object.name);
        }
    }
}

static void check_usage(struct effects_work *work, const struct GrantStmt *grant,
                        const struct relation *relation) {
    for (size_t i = 0; i < grant->privileges.n; i++) {
        const struct AccessPriv *given = node_if(AccessPriv, grant->privileges.v[i]);

        if (given != NULL && given->priv_name != NULL &&
            (privilege_of(given->priv_name) & ~OF_TABLE) != 0 &&
            relation->object.kind != OBJ_SEQUENCE)
            effects_fail(work, "0LP01", "invalid privilege type %s for table",
                         upper(work, given->priv_name));
    }
}

static void check_relation(struct effects_work *work, const struct GrantStmt *grant,
                           const struct relation *relation) {
    enum object_kind kind = relation->object.kind;

    if (kind == OBJ_INDEX || kind == OBJ_PARTITIONED_INDEX)
        effects_fail(work, "42809", "\"%s\" is an index", relation->object.name);
    else if (kind == OBJ_COMPOSITE_TYPE)
        effects_fail(work, "42809", "\"%s\" is a composite type", relation->object.name);
    else if (grant->objtype == OBJECT_SEQUENCE && kind != OBJ_SEQUENCE)
        effects_fail(work, "42809", "\"%s\" is not a sequence", relation->object.name);
    else {
        check_usage(work, grant, relation);
        check_columns(work, grant, relation);
    }
}

static bool is_relation(int type) {
    return type == OBJECT_TABLE || type == OBJECT_SEQUENCE;
}

/* GRANT and REVOKE; op: of one object. */
static void check_grant(struct effects_work *work, const struct op *op,
                        const struct GrantStmt *grant) {
    const struct relation *relation = NULL;

    if (grant->targtype == ACL_TARGET_ALL_IN_SCHEMA)
        effects_check_named(work, OBJECT_SCHEMA, (struct name){NULL, op->target.schema});
    else if (!is_relation(op->object_type))
        effects_check_named(work, op->object_type, op->target);
    else if (effects_find(work, op->target, false, "relation").found)
        relation = schema_relation(work->schema, op->target);
    if (work->stopped)
        return;
    effects_check_roles(work, grant->grantees);
    check_privileges(work, grant, (int)grant->objtype);
    if (relation != NULL && !relation->object.assumed && !work->stopped)
        check_relation(work, grant, relation);
}

/* ExecAlterDefaultPrivilegesStmt */
static void check_defaults(struct effects_work *work,
                           const struct AlterDefaultPrivilegesStmt *alter) {
    for (size_t i = 0; i < alter->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, alter->options.v[i]);
        const struct List *list = option != NULL ? node_if(List, option->arg) : NULL;

        for (size_t j = 0; list != NULL && j < list->items.n; j++)
            if (strcmp(option->defname, "schemas") == 0)
                effects_check_named(work, OBJECT_SCHEMA,
                                    (struct name){NULL, node_string(list->items.v[j])});
            else
                effects_check_role(work, list->items.v[j]);
    }
    if (alter->action == NULL || work->stopped)
        return;
    effects_check_roles(work, alter->action->grantees);
    check_privileges(work, alter->action, (int)alter->action->objtype);
}

/* Memberships are the cluster's, as roles are. */
static void check_members(struct effects_work *work, const struct GrantRoleStmt *grant) {
    for (size_t i = 0; i < grant->granted_roles.n; i++) {
        const struct AccessPriv *role = node_if(AccessPriv, grant->granted_roles.v[i]);

        if (role != NULL)
            effects_check_named(work, OBJECT_ROLE, (struct name){NULL, role->priv_name});
    }
    effects_check_roles(work, grant->grantee_roles);
}

void effects_check_grant(struct effects_work *work, const struct op *op) {
    const struct GrantStmt *grant = node_if(GrantStmt, op->stmt);
    const struct AlterDefaultPrivilegesStmt *defaults =
        node_if(AlterDefaultPrivilegesStmt, op->stmt);
    const struct GrantRoleStmt *members = node_if(GrantRoleStmt, op->stmt);

    if (grant != NULL)
        check_grant(work, op, grant);
    else if (defaults != NULL)
        check_defaults(work, defaults);
    else if (members != NULL)
        check_members(work, members);
}
