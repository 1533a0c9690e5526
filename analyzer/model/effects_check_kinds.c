/* Which failures are looked for in statements about objects, functions, rows and the session. */
#include "model/effects_check.h"

typedef void check_function(struct effects_work *work, const struct op *op);

static check_function *const checks[OP_KINDS] = {
    [OP_COMMENT] = effects_check_object,
    [OP_SECURITY_LABEL] = effects_check_object,
    [OP_RENAME_TYPE] = effects_check_object,
    [OP_RENAME_DOMAIN] = effects_check_object,
    [OP_RENAME_SCHEMA] = effects_check_object,
    [OP_RENAME_OTHER] = effects_check_object,
    [OP_SET_SCHEMA] = effects_check_object,
    [OP_OWNER] = effects_check_object,
    [OP_CREATE_ROLE] = effects_check_object,
    [OP_CREATE_SCHEMA] = effects_check_object,
    [OP_CREATE_SERVER] = effects_check_object,
    [OP_CREATE_FOREIGN_TABLE] = effects_check_object,
    [OP_CREATE_LANGUAGE] = effects_check_object,
    [OP_CREATE_USER_MAPPING] = effects_check_object,
    [OP_DROP_EXTENSION] = effects_check_object,
    [OP_DROP_STATISTICS] = effects_check_object,
    [OP_DROP_PUBLICATION] = effects_check_object,
    [OP_DROP_SUBSCRIPTION] = effects_check_object,
    [OP_DROP_ROLE] = effects_check_object,
    [OP_DROP_OTHER] = effects_check_object,
    [OP_DROP_USER_MAPPING] = effects_check_object,
    [OP_ALTER_BASE_TYPE] = effects_check_object,
    [OP_ALTER_ROLE] = effects_check_object,
    [OP_ALTER_EXTENSION_UPDATE] = effects_check_object,
    [OP_ALTER_EXTENSION_CONTENTS] = effects_check_object,
    [OP_ALTER_EVENT_TRIGGER] = effects_check_object,
    [OP_ALTER_FOREIGN_DATA_WRAPPER] = effects_check_object,
    [OP_ALTER_SERVER] = effects_check_object,
    [OP_ALTER_USER_MAPPING] = effects_check_object,
    [OP_ALTER_SUBSCRIPTION] = effects_check_object,
    [OP_ALTER_COLLATION] = effects_check_object,
    [OP_ALTER_STATISTICS] = effects_check_object,

    [OP_GRANT] = effects_check_grant,
    [OP_REVOKE] = effects_check_grant,
    [OP_GRANT_ROLE] = effects_check_grant,
    [OP_REVOKE_ROLE] = effects_check_grant,
    [OP_ALTER_DEFAULT_PRIVILEGES] = effects_check_grant,

    [OP_CREATE_SEQUENCE] = effects_check_sequence,
    [OP_ALTER_SEQUENCE] = effects_check_sequence,

    [OP_CREATE_TRIGGER] = effects_check_trigger,
    [OP_CREATE_EVENT_TRIGGER] = effects_check_event_trigger,
    [OP_CREATE_POLICY] = effects_check_policy,
    [OP_ALTER_POLICY] = effects_check_policy,
    [OP_CREATE_RULE] = effects_check_rule,

    [OP_CREATE_PUBLICATION] = effects_check_publication,
    [OP_ALTER_PUBLICATION] = effects_check_publication,
    [OP_CREATE_STATISTICS] = effects_check_statistics,

    [OP_CREATE_FUNCTION] = effects_check_function,
    [OP_CREATE_PROCEDURE] = effects_check_function,
    [OP_CREATE_AGGREGATE] = effects_check_function,
    [OP_CREATE_OPERATOR] = effects_check_function,
    [OP_CREATE_CAST] = effects_check_function,
    [OP_CALL] = effects_check_function,
    [OP_DO] = effects_check_function,
    [OP_RENAME_FUNCTION] = effects_check_function,

    [OP_CREATE_ENUM] = effects_check_types,
    [OP_CREATE_COMPOSITE_TYPE] = effects_check_types,
    [OP_CREATE_RANGE] = effects_check_types,
    [OP_CREATE_DOMAIN] = effects_check_types,
    [OP_RENAME_DOMAIN_CONSTRAINT] = effects_check_types,
    [OP_ALTER_ENUM_ADD_VALUE] = effects_check_types,
    [OP_ALTER_ENUM_RENAME_VALUE] = effects_check_types,
    [OP_ALTER_DOMAIN_SET_DEFAULT] = effects_check_types,
    [OP_ALTER_DOMAIN_DROP_DEFAULT] = effects_check_types,
    [OP_ALTER_DOMAIN_SET_NOT_NULL] = effects_check_types,
    [OP_ALTER_DOMAIN_DROP_NOT_NULL] = effects_check_types,
    [OP_ALTER_DOMAIN_ADD_CONSTRAINT] = effects_check_types,
    [OP_ALTER_DOMAIN_DROP_CONSTRAINT] = effects_check_types,
    [OP_ALTER_DOMAIN_VALIDATE_CONSTRAINT] = effects_check_types,

    [OP_RELEASE] = effects_check_session,
    [OP_ROLLBACK_TO] = effects_check_session,
    [OP_EXECUTE] = effects_check_session,
    [OP_DEALLOCATE] = effects_check_session,
    [OP_CLOSE_CURSOR] = effects_check_session,
    [OP_UPDATE] = effects_check_session,
    [OP_DELETE] = effects_check_session,
    [OP_EXPLAIN] = effects_check_session,
    [OP_SET_CONSTRAINTS] = effects_check_session,
    [OP_SET_TRANSACTION] = effects_check_session,
    [OP_PREPARE_TRANSACTION] = effects_check_session,
    [OP_COMMIT_PREPARED] = effects_check_session,
    [OP_ROLLBACK_PREPARED] = effects_check_session,
    [OP_LOAD] = effects_check_session,
    [OP_SET] = effects_check_parameter,
    [OP_RESET] = effects_check_parameter,
    [OP_SHOW] = effects_check_parameter,

    [OP_ADD_PRIMARY_KEY] = effects_check_foreign_part,
    [OP_ADD_UNIQUE] = effects_check_foreign_part,
    [OP_ADD_EXCLUSION] = effects_check_foreign_part,
    [OP_ADD_FOREIGN_KEY] = effects_check_foreign_part,

    [OP_CREATE_EXTENSION] = effects_check_extension,

    [OP_COPY_FROM] = effects_check_copy,
    [OP_COPY_TO] = effects_check_copy,
};

void effects_check_kind(struct effects_work *work, const struct op *op) {
    effects_check_transaction(work, op);
    if (!work->stopped && checks[op->kind] != NULL)
        checks[op->kind](work, op);
}
