/* PostgreSQL's table-level lock modes, weakest first, and what they conflict with (lock.c, LockConflicts). */
#ifndef MODEL_LOCK_H
#define MODEL_LOCK_H

#include <stdbool.h>

enum lock_mode {
    LOCK_NONE,
    LOCK_ACCESS_SHARE,
    LOCK_ROW_SHARE,
    LOCK_ROW_EXCLUSIVE,
    LOCK_SHARE_UPDATE_EXCLUSIVE,
    LOCK_SHARE,
    LOCK_SHARE_ROW_EXCLUSIVE,
    LOCK_EXCLUSIVE,
    LOCK_ACCESS_EXCLUSIVE,
    LOCK_MODES
};

const char *lock_mode_name(enum lock_mode mode); /* "SHARE ROW EXCLUSIVE"; "none" */
/* LOCK_NONE when the words (any case, single blanks) are no mode. */
enum lock_mode lock_mode_from_name(const char *words);
bool lock_conflicts(enum lock_mode held, enum lock_mode wanted);
/* Whether SELECT, or INSERT/UPDATE/DELETE, must wait for a holder of the mode. */
bool lock_blocks_reads(enum lock_mode mode);
bool lock_blocks_writes(enum lock_mode mode);
/* "blocks reads and writes", "blocks writes", "blocks schema changes, VACUUM and ...": for people. */
const char *lock_blocks_what(enum lock_mode mode);

#endif
