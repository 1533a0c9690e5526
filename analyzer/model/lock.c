#include "model/lock.h"

#include "base/ascii.h"

#define BIT(mode) (1u << (mode))

static const struct {
    const char *name;
    unsigned conflicts; /* bits of enum lock_mode */
    const char *blocks;
} modes[LOCK_MODES] = {
    [LOCK_NONE] = {"none", 0, "blocks nothing"},
    [LOCK_ACCESS_SHARE] = {"ACCESS SHARE", BIT(LOCK_ACCESS_EXCLUSIVE),
                           "blocks only ACCESS EXCLUSIVE"},
    [LOCK_ROW_SHARE] = {"ROW SHARE", BIT(LOCK_EXCLUSIVE) | BIT(LOCK_ACCESS_EXCLUSIVE),
                        "blocks only EXCLUSIVE and ACCESS EXCLUSIVE"},
    [LOCK_ROW_EXCLUSIVE] = {"ROW EXCLUSIVE",
                            BIT(LOCK_SHARE) | BIT(LOCK_SHARE_ROW_EXCLUSIVE) | BIT(LOCK_EXCLUSIVE) |
                                BIT(LOCK_ACCESS_EXCLUSIVE),
                            "blocks index builds and schema changes"},
    [LOCK_SHARE_UPDATE_EXCLUSIVE] = {"SHARE UPDATE EXCLUSIVE",
                                     BIT(LOCK_SHARE_UPDATE_EXCLUSIVE) | BIT(LOCK_SHARE) |
                                         BIT(LOCK_SHARE_ROW_EXCLUSIVE) | BIT(LOCK_EXCLUSIVE) |
                                         BIT(LOCK_ACCESS_EXCLUSIVE),
                                     "blocks VACUUM and schema changes"},
    [LOCK_SHARE] = {"SHARE",
                    BIT(LOCK_ROW_EXCLUSIVE) | BIT(LOCK_SHARE_UPDATE_EXCLUSIVE) |
                        BIT(LOCK_SHARE_ROW_EXCLUSIVE) | BIT(LOCK_EXCLUSIVE) |
                        BIT(LOCK_ACCESS_EXCLUSIVE),
                    "blocks writes"},
    [LOCK_SHARE_ROW_EXCLUSIVE] = {"SHARE ROW EXCLUSIVE",
                                  BIT(LOCK_ROW_EXCLUSIVE) | BIT(LOCK_SHARE_UPDATE_EXCLUSIVE) |
                                      BIT(LOCK_SHARE) | BIT(LOCK_SHARE_ROW_EXCLUSIVE) |
                                      BIT(LOCK_EXCLUSIVE) | BIT(LOCK_ACCESS_EXCLUSIVE),
                                  "blocks writes"},
    [LOCK_EXCLUSIVE] = {"EXCLUSIVE",
                        BIT(LOCK_ROW_SHARE) | BIT(LOCK_ROW_EXCLUSIVE) |
                            BIT(LOCK_SHARE_UPDATE_EXCLUSIVE) | BIT(LOCK_SHARE) |
                            BIT(LOCK_SHARE_ROW_EXCLUSIVE) | BIT(LOCK_EXCLUSIVE) |
                            BIT(LOCK_ACCESS_EXCLUSIVE),
                        "blocks writes and SELECT FOR UPDATE"},
    [LOCK_ACCESS_EXCLUSIVE] = {"ACCESS EXCLUSIVE", BIT(LOCK_MODES) - 1 - BIT(LOCK_NONE),
                               "blocks reads and writes"},
};

const char *lock_mode_name(enum lock_mode mode) {
    return modes[mode].name;
}

enum lock_mode lock_mode_from_name(const char *words) {
    for (enum lock_mode mode = LOCK_ACCESS_SHARE; mode < LOCK_MODES; mode++)
        if (ascii_case_equal(words, modes[mode].name))
            return mode;
    return LOCK_NONE;
}

bool lock_conflicts(enum lock_mode held, enum lock_mode wanted) {
    return modes[held].conflicts & BIT(wanted);
}

bool lock_blocks_reads(enum lock_mode mode) {
    return lock_conflicts(mode, LOCK_ACCESS_SHARE);
}

bool lock_blocks_writes(enum lock_mode mode) {
    return lock_conflicts(mode, LOCK_ROW_EXCLUSIVE);
}

const char *lock_blocks_what(enum lock_mode mode) {
    return modes[mode].blocks;
}
