/* What the rules and triggers of a relation do when its rows change. */
#include "model/effects_insert.h"

#include <string.h>

bool fire_rules(struct effects_work *work, const struct relation *relation,
                const struct fired *fired) {
    bool goes_on = true;

    for (size_t i = 0; i < relation->rule_count; i++) {
        const struct rewrite_rule *rule = relation->rules[i];
        struct reading reading = {.work = work, .planned = true, .executed = true};

        if (rule->def == NULL) {
            effects_unknown(work, "what rule %s of %s does", rule->name, relation->object.name);
            continue;
        }
        if (rule->def->event != fired->event || rule->enabled == 'D' || rule->enabled == 'R')
            continue;
        for (size_t j = 0; j < rule->def->actions.n; j++)
            effects_read(&reading, rule->def->actions.v[j]);
        if (reading.read.n > 0)
            effects_unknown(work, "how the planner reads the tables");
        if (rule->def->instead && rule->def->whereClause == NULL)
            goes_on = false;
    }
    return goes_on;
}

static int event_bit(enum CmdType event) {
    enum { TRIGGER_INSERT = 1 << 2, TRIGGER_DELETE = 1 << 3, TRIGGER_UPDATE = 1 << 4 };

    return event == CMD_INSERT   ? TRIGGER_INSERT
           : event == CMD_DELETE ? TRIGGER_DELETE
           : event == CMD_UPDATE ? TRIGGER_UPDATE
                                 : TRIGGER_INSERT | TRIGGER_DELETE | TRIGGER_UPDATE;
}

static bool sets(struct node_list changed, const char *name) {
    for (size_t i = 0; i < changed.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, changed.v[i]);

        if (target != NULL && target->name != NULL && strcmp(target->name, name) == 0)
            return true;
    }
    return false;
}

/* UPDATE OF columns; a BEFORE trigger may set others, which is not looked at. */
static bool concerns(const struct CreateTrigStmt *trigger, const struct fired *fired) {
    if (!(trigger->events & event_bit(fired->event)))
        return false;
    if (fired->event != CMD_UPDATE || trigger->columns.n == 0)
        return true;
    for (size_t i = 0; i < trigger->columns.n; i++)
        if (sets(fired->changed, node_string(trigger->columns.v[i])))
            return true;
    return false;
}

static bool run(struct effects_work *work, const struct CreateTrigStmt *trigger) {
    size_t n = trigger->funcname.n, count;
    struct name name = {n > 1 ? node_string(trigger->funcname.v[n - 2]) : NULL,
                        node_list_last_string(trigger->funcname)};
    const struct function *const *all = schema_functions(work->schema, name, &count);

    if (count != 1 || all[0]->body == NULL)
        return false;
    effects_run_function(work, name);
    return true;
}

static bool is_enabled(const struct trigger *trigger) {
    return trigger->enabled != 'D' && trigger->enabled != 'R';
}

static void fire(struct effects_work *work, const struct relation *relation,
                 const struct trigger *trigger) {
    if (trigger->def == NULL || trigger->def->whenClause != NULL || !run(work, trigger->def))
        effects_unknown(work, "what trigger %s of %s does", trigger->name, relation->object.name);
}

void fire_triggers(struct effects_work *work, const struct relation *relation,
                   const struct fired *fired) {
    for (size_t i = 0; i < relation->trigger_count; i++) {
        const struct trigger *trigger = relation->triggers[i];

        if (is_enabled(trigger) && (trigger->def == NULL || concerns(trigger->def, fired)))
            fire(work, relation, trigger);
    }
}

void fire_truncate_triggers(struct effects_work *work, const struct relation *relation) {
    enum { TRIGGER_TRUNCATE = 1 << 5 };

    for (size_t i = 0; i < relation->trigger_count; i++) {
        const struct trigger *trigger = relation->triggers[i];

        if (is_enabled(trigger) && trigger->def != NULL &&
            (trigger->def->events & TRIGGER_TRUNCATE))
            fire(work, relation, trigger);
    }
}
