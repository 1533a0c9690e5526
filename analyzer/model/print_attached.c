/* Triggers, policies, rules, comments and other state of relations. */
#include "model/print_sql.h"

#include <string.h>

/* pg_trigger.h */
enum {
    TRIGGER_BEFORE = 1 << 1,
    TRIGGER_INSERT = 1 << 2,
    TRIGGER_DELETE = 1 << 3,
    TRIGGER_UPDATE = 1 << 4,
    TRIGGER_TRUNCATE = 1 << 5,
    TRIGGER_INSTEAD = 1 << 6,
};

static void print_event(struct printer *printer, const char *event, bool *first) {
    print(printer, "%s %s", *first ? "" : " OR", event);
    *first = false;
}

/* UPDATE OF names it; WHEN may use others. What was renamed since is told apart by what it is called now, too. */
static bool names_column(const struct trigger *trigger, const struct column *column) {
    for (size_t i = 0; i < trigger->def->columns.n; i++)
        if (strcmp(node_string(trigger->def->columns.v[i]), column->name) == 0)
            return true;
    return false;
}

static void print_events(struct printer *printer, const struct relation *table,
                         const struct trigger *trigger) {
    int events = trigger->def->events;
    bool first = true, first_column = true;

    if (events & TRIGGER_INSERT)
        print_event(printer, "INSERT", &first);
    if (events & TRIGGER_DELETE)
        print_event(printer, "DELETE", &first);
    if (events & TRIGGER_UPDATE) {
        print_event(printer, "UPDATE", &first);
        for (size_t i = 0; trigger->def->columns.n > 0 && i < trigger->uses.n; i++) {
            const struct column *column =
                trigger->uses.v[i].id == table->object.id
                    ? relation_column_by_number(table, trigger->uses.v[i].column)
                    : NULL;
            if (!column || !names_column(trigger, column))
                continue;
            print(printer, "%s", first_column ? " OF " : ", ");
            print_name(printer, column->name);
            first_column = false;
        }
    }
    if (events & TRIGGER_TRUNCATE)
        print_event(printer, "TRUNCATE", &first);
}

static void print_transitions(struct printer *printer, struct node_list transitions) {
    for (size_t i = 0; i < transitions.n; i++) {
        const struct TriggerTransition *transition = node_as(TriggerTransition, transitions.v[i]);
        print(printer, "%s%s %s AS ", i ? " " : " REFERENCING ", transition->isNew ? "NEW" : "OLD",
              transition->isTable ? "TABLE" : "ROW");
        print_name(printer, transition->name);
    }
}

static void print_trigger_function(struct printer *printer, const struct trigger *trigger) {
    const struct object *function = NULL;

    for (size_t i = 0; i < trigger->uses.n && !function; i++) {
        const struct object *used = schema_object(printer->schema, trigger->uses.v[i].id);
        if (object_is_function(used))
            function = used;
    }
    print(printer, " EXECUTE FUNCTION ");
    if (function)
        print_object_name(printer, function);
    else
        for (size_t i = 0; i < trigger->def->funcname.n; i++) {
            print(printer, "%s", i ? "." : "");
            print_name(printer, node_string(trigger->def->funcname.v[i]));
        }
    print(printer, "(");
    for (size_t i = 0; i < trigger->def->args.n; i++) {
        print(printer, "%s", i ? ", " : "");
        print_literal(printer, node_string(trigger->def->args.v[i]));
    }
    print(printer, ")");
}

void print_trigger(struct printer *printer, const struct relation *table,
                   const struct trigger *trigger) {
    const struct CreateTrigStmt *def = trigger->def;

    print(printer, "CREATE %sTRIGGER ", def->isconstraint ? "CONSTRAINT " : "");
    print_name(printer, trigger->name);
    print(printer, "%s",
          def->timing & TRIGGER_BEFORE    ? " BEFORE"
          : def->timing & TRIGGER_INSTEAD ? " INSTEAD OF"
                                          : " AFTER");
    print_events(printer, table, trigger);
    print(printer, " ON ");
    print_object_name(printer, &table->object);
    if (def->constrrel) {
        const struct relation *other = schema_relation(
            printer->schema, (struct name){def->constrrel->schemaname, def->constrrel->relname});
        print(printer, " FROM ");
        if (other)
            print_object_name(printer, &other->object);
    }
    if (def->deferrable)
        print(printer, " DEFERRABLE");
    if (def->initdeferred)
        print(printer, " INITIALLY DEFERRED");
    print_transitions(printer, def->transitionRels);
    print(printer, " FOR EACH %s", def->row ? "ROW" : "STATEMENT");
    if (def->whenClause) {
        print(printer, " WHEN ");
        print_text(
            printer, trigger->source,
            text_parenthesis(trigger->source,
                             text_find(trigger->source, trigger->source->span.start, "when")),
            def->whenClause);
    }
    print_trigger_function(printer, trigger);
    print(printer, ";\n");
}

void print_enabled(struct printer *printer, const struct relation *table, const char *what,
                   const char *name, char enabled) {
    if (enabled == 'O')
        return;
    print(printer, "ALTER TABLE ");
    print_object_name(printer, &table->object);
    print(printer, " %s %s ",
          enabled == 'D'   ? "DISABLE"
          : enabled == 'A' ? "ENABLE ALWAYS"
                           : "ENABLE REPLICA",
          what);
    print_name(printer, name);
    print(printer, ";\n");
}

/* Of a partition only what is not cloned from its parent, and what it has changed. */
void print_triggers(struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->trigger_count; i++) {
        const struct trigger *trigger = table->triggers[i];
        if (!trigger->parent && trigger->def)
            print_trigger(printer, table, trigger);
        print_enabled(printer, table, "TRIGGER", trigger->name, trigger->enabled);
    }
}

/* --- rules --- */

/* From WHERE or DO on as written: whether that still fits is not looked into. */
void print_rule(struct printer *printer, const struct relation *table,
                const struct rewrite_rule *rule) {
    static const char *const events[] = {
        [CMD_SELECT] = "SELECT",
        [CMD_UPDATE] = "UPDATE",
        [CMD_INSERT] = "INSERT",
        [CMD_DELETE] = "DELETE",
    };
    size_t to = text_find(rule->source, rule->source->span.start, "to");
    size_t start = text_find(rule->source, to, rule->def->whereClause ? "where" : "do");

    print(printer, "CREATE RULE ");
    print_name(printer, rule->name);
    print(printer, " AS ON %s TO ", events[rule->def->event]);
    print_object_name(printer, &table->object);
    print(printer, " ");
    print_text(printer, rule->source, (struct span){start, rule->source->span.end}, NULL);
    print(printer, ";\n");
}

void print_rules(struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->rule_count; i++) {
        const struct rewrite_rule *rule = table->rules[i];
        if (!rule->def)
            continue;
        print_rule(printer, table, rule);
        print_enabled(printer, table, "RULE", rule->name, rule->enabled);
    }
}

/* --- policies --- */

static void print_roles(struct printer *printer, struct node_list roles) {
    for (size_t i = 0; i < roles.n; i++) {
        const struct RoleSpec *role = node_if(RoleSpec, roles.v[i]);
        print(printer, "%s", i ? ", " : " TO ");
        if (!role || role->roletype == ROLESPEC_PUBLIC)
            print(printer, "PUBLIC");
        else if (role->roletype == ROLESPEC_CSTRING)
            print_name(printer, role->rolename);
        else
            print(printer, "%s",
                  role->roletype == ROLESPEC_SESSION_USER ? "SESSION_USER" : "CURRENT_USER");
    }
}

/* USING (...) or WITH CHECK (...) of CREATE or ALTER POLICY. */
static void print_policy_clause(struct printer *printer, const char *words, const char *keyword,
                                const struct statement *source, const struct node *expr) {
    size_t from;

    if (!expr)
        return;
    from = text_find(source, text_find(source, source->span.start, "on"), keyword);
    print(printer, " %s ", words);
    print_text(printer, source, text_parenthesis(source, from), expr);
}

struct policy_now {
    struct node_list roles;
    const struct node *qual, *check;
    const struct statement *qual_source, *check_source;
};

static struct policy_now policy_now(const struct policy *policy) {
    struct policy_now now = {policy->def->roles, policy->def->qual, policy->def->with_check,
                             policy->source, policy->source};
    bool roles = false, qual = false, check = false;

    for (const struct policy_change *change = policy->changes; change; change = change->older) {
        if (change->alter->roles.n > 0 && !roles)
            now.roles = change->alter->roles;
        if (change->alter->qual && !qual) {
            now.qual = change->alter->qual;
            now.qual_source = change->source;
        }
        if (change->alter->with_check && !check) {
            now.check = change->alter->with_check;
            now.check_source = change->source;
        }
        roles = roles || change->alter->roles.n > 0;
        qual = qual || change->alter->qual;
        check = check || change->alter->with_check;
    }
    return now;
}

void print_policy(struct printer *printer, const struct relation *table,
                  const struct policy *policy) {
    struct policy_now now = policy_now(policy);

    print(printer, "CREATE POLICY ");
    print_name(printer, policy->name);
    print(printer, " ON ");
    print_object_name(printer, &table->object);
    print(printer, "%s FOR %s", policy->def->permissive ? "" : " AS RESTRICTIVE",
          policy->def->cmd_name);
    print_roles(printer, now.roles);
    print_policy_clause(printer, "USING", "using", now.qual_source, now.qual);
    print_policy_clause(printer, "WITH CHECK", "check", now.check_source, now.check);
    print(printer, ";\n");
}

void print_policies(struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->policy_count; i++)
        if (table->policies[i]->def)
            print_policy(printer, table, table->policies[i]);
}

/* --- other state --- */

static void alter_table(struct printer *printer, const struct relation *table, const char *words) {
    print(printer, "ALTER TABLE ");
    print_object_name(printer, &table->object);
    print(printer, " %s;\n", words);
}

void print_replica_identity(struct printer *printer, const struct relation *table) {
    const struct object *index = schema_object(printer->schema, table->replica_index);

    if (table->replica_identity == 'n')
        alter_table(printer, table, "REPLICA IDENTITY NOTHING");
    else if (table->replica_identity == 'f')
        alter_table(printer, table, "REPLICA IDENTITY FULL");
    else if (table->replica_identity == 'i' && index)
        alter_table(printer, table,
                    arena_printf(printer->arena, "REPLICA IDENTITY USING INDEX %s",
                                 schema_display(printer->arena, (struct name){NULL, index->name})));
}

void print_table_state(struct printer *printer, const struct relation *table) {
    if (table->object.assumed)
        return;
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(printer->schema, table->indexes.v[i]);
        if (index && index->clustered)
            alter_table(printer, table,
                        arena_printf(printer->arena, "CLUSTER ON %s",
                                     schema_display(printer->arena,
                                                    (struct name){NULL, index->object.name})));
    }
    print_replica_identity(printer, table);
    if (table->row_security)
        alter_table(printer, table, "ENABLE ROW LEVEL SECURITY");
    if (table->force_row_security)
        alter_table(printer, table, "FORCE ROW LEVEL SECURITY");
}

/* --- comments --- */

const char *object_sql_kind(const struct object *object) {
    static const char *const words[OBJ_KINDS] = {
        [OBJ_TABLE] = "TABLE",
        [OBJ_PARTITIONED_TABLE] = "TABLE",
        [OBJ_FOREIGN_TABLE] = "FOREIGN TABLE",
        [OBJ_VIEW] = "VIEW",
        [OBJ_MATVIEW] = "MATERIALIZED VIEW",
        [OBJ_SEQUENCE] = "SEQUENCE",
        [OBJ_INDEX] = "INDEX",
        [OBJ_PARTITIONED_INDEX] = "INDEX",
        [OBJ_COMPOSITE_TYPE] = "TYPE",
        [OBJ_ENUM] = "TYPE",
        [OBJ_DOMAIN] = "DOMAIN",
        [OBJ_RANGE] = "TYPE",
        [OBJ_BASE_TYPE] = "TYPE",
        [OBJ_FUNCTION] = "FUNCTION",
        [OBJ_PROCEDURE] = "PROCEDURE",
        [OBJ_AGGREGATE] = "AGGREGATE",
        [OBJ_SCHEMA] = "SCHEMA",
        [OBJ_EXTENSION] = "EXTENSION",
        [OBJ_STATISTICS] = "STATISTICS",
        [OBJ_PUBLICATION] = "PUBLICATION",
    };
    static const struct {
        int type;
        const char *words;
    } others[] = {
        {OBJECT_COLLATION, "COLLATION"},
        {OBJECT_TSCONFIGURATION, "TEXT SEARCH CONFIGURATION"},
        {OBJECT_TSDICTIONARY, "TEXT SEARCH DICTIONARY"},
        {OBJECT_TSPARSER, "TEXT SEARCH PARSER"},
        {OBJECT_TSTEMPLATE, "TEXT SEARCH TEMPLATE"},
        {OBJECT_CONVERSION, "CONVERSION"},
        {OBJECT_FDW, "FOREIGN DATA WRAPPER"},
        {OBJECT_FOREIGN_SERVER, "SERVER"},
        {OBJECT_EVENT_TRIGGER, "EVENT TRIGGER"},
        {OBJECT_LANGUAGE, "LANGUAGE"},
        {OBJECT_ACCESS_METHOD, "ACCESS METHOD"},
        {OBJECT_ROLE, "ROLE"},
        {OBJECT_SUBSCRIPTION, "SUBSCRIPTION"},
    };

    for (size_t i = 0; object->kind == OBJ_OTHER && i < sizeof(others) / sizeof(*others); i++)
        if (((const struct other *)(const void *)object)->type == others[i].type)
            return others[i].words;
    return words[object->kind];
}

static void print_comment_text(struct printer *printer, const char *comment) {
    print(printer, " IS ");
    print_literal(printer, comment);
    print(printer, ";\n");
}

void print_comment_on(struct printer *printer, const char *kind, const char *name,
                      const struct relation *table, const char *comment) {
    if (!comment)
        return;
    print(printer, "COMMENT ON %s ", kind);
    print_name(printer, name);
    print(printer, " ON ");
    print_object_name(printer, &table->object);
    print_comment_text(printer, comment);
}

void print_column_comment(struct printer *printer, const struct relation *table,
                          const struct column *column) {
    if (!column->comment)
        return;
    print(printer, "COMMENT ON COLUMN ");
    print_object_name(printer, &table->object);
    print(printer, ".");
    print_name(printer, column->name);
    print_comment_text(printer, column->comment);
}

static void print_part_comments(struct printer *printer, const struct relation *table) {
    for (size_t i = 0; i < table->column_count; i++)
        print_column_comment(printer, table, &table->columns[i]);
    for (size_t i = 0; i < table->constraint_count; i++)
        print_comment_on(printer, "CONSTRAINT", table->constraints[i]->name, table,
                         table->constraints[i]->comment);
    for (size_t i = 0; i < table->trigger_count; i++)
        print_comment_on(printer, "TRIGGER", table->triggers[i]->name, table,
                         table->triggers[i]->comment);
    for (size_t i = 0; i < table->policy_count; i++)
        print_comment_on(printer, "POLICY", table->policies[i]->name, table,
                         table->policies[i]->comment);
    for (size_t i = 0; i < table->rule_count; i++)
        print_comment_on(printer, "RULE", table->rules[i]->name, table, table->rules[i]->comment);
}

void print_arguments(struct printer *printer, const struct object *object) {
    const struct function *function = (const struct function *)(const void *)object;

    print(printer, "(");
    for (size_t i = 0; i < function->argument_count; i++) {
        print(printer, "%s", i ? ", " : "");
        print_type(printer, &function->arguments[i]);
    }
    print(printer, "%s)", object->kind == OBJ_AGGREGATE && !function->argument_count ? "*" : "");
}

void print_comments(struct printer *printer, const struct object *object) {
    if (object->comment && object->kind != OBJ_OTHER) {
        print(printer, "COMMENT ON %s ", object_sql_kind(object));
        print_object_name(printer, object);
        if (object_is_function(object))
            print_arguments(printer, object);
        print_comment_text(printer, object->comment);
    }
    if (object_is_relation(object))
        print_part_comments(printer, (const struct relation *)(const void *)object);
}
