# migvet. `make` builds build/migvet, `make help` lists what else there is.
#
# BUILD=dir            puts objects, binary and test results elsewhere (downloaded parts stay in build/deps)
# PG_QUERY=system      uses the system's libpg_query even where a newer one can be had
# WERROR=-Werror       as .ci/run does
# SOURCES=, TESTS=     narrow the build to some files while others do not compile yet
# V=1                  shows the commands

VERSION := 0.1.0

BUILD := build
DEPS := build/deps
PG_QUERY := auto
PREFIX := /usr/local
ARGS := check fixtures/histories/shop

CFLAGS := -O2 -g
WERROR :=
SANITIZE :=
STATIC :=

SOURCES := $(sort $(wildcard analyzer/*/*.c analyzer/*/*/*.c))
RULES := $(sort $(wildcard rules/*.c))
TESTS := $(sort $(wildcard tests/unit/test_*.c))
FORMATTED := $(wildcard analyzer/*/*.[ch] analyzer/*/*/*.[ch] rules/*.c tests/*.[ch] tests/*/*.[ch] tools/*.c)

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all
.PHONY: all run test layers unit fixtures cli transactions accept record bench asan test-asan static install \
        clean distclean format format-check help test-packages FORCE

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wwrite-strings -Wcast-qual -Wformat=2 -Wimplicit-fallthrough $(WERROR)

# Goals that compile need what tools/setup provides. Make runs it through the rule of the included
# file, and starts again, when the choice of libpg_query is not recorded or a library is missing.

COMPILING := $(filter-out clean distclean format format-check help record,$(or $(MAKECMDGOALS),all))
PACKAGES := jansson yaml-0.1 expat libutf8proc
PG_QUERY_MK := $(DEPS)/pg_query$(if $(filter system,$(PG_QUERY)),-system).mk

ifneq ($(COMPILING),)
LIB_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LIBS := $(shell pkg-config $(if $(STATIC),--static) --libs $(PACKAGES) 2>/dev/null)
$(PG_QUERY_MK): tools/setup $(if $(LIBS),,FORCE)
	tools/setup build
include $(PG_QUERY_MK)
endif

SAN_FLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
COMPILE = $(CC) -std=c17 $(CPPFLAGS) $(CFLAGS) $(SAN_FLAGS) $(WARNINGS) -pthread -Ianalyzer \
          -DMIGVET_VERSION='"$(VERSION)"' $(PG_QUERY_CFLAGS) $(LIB_CFLAGS)
LINK = $(CC) $(CFLAGS) $(SAN_FLAGS) $(if $(STATIC),-static) -pthread $(LDFLAGS)
LINK_LIBS = $(PG_QUERY_LIBS) $(LIBS) -lm

# $(call remember,file,text): the file holds the text, and is new only when the text is. What
# depends on flags, or on which files there are, depends on such a file.
remember = $(shell mkdir -p $(dir $1))$(file >$1.new,=$(strip $2))$(shell \
    if cmp -s $1.new $1; then rm $1.new; else mv $1.new $1; fi)

ifneq ($(COMPILING),)
$(call remember,$(BUILD)/flags,$(COMPILE) | $(LINK) $(LINK_LIBS) | $(PG_QUERY_VERSION))
$(call remember,$(BUILD)/sources,$(SOURCES))
$(call remember,$(BUILD)/rules,$(RULES) $(sort $(wildcard fixtures/*/bad.sql fixtures/*/good.sql)))
$(call remember,$(BUILD)/tests,$(TESTS))
endif

# $(call quietly,what): goes before a command, and prints what is done instead of the command.
quietly = $(if $(V),,@echo '  $1'; )

REGISTRY := $(BUILD)/gen/rules_registry
OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(SOURCES) $(RULES)) $(REGISTRY).o
TEST_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(TESTS) tests/unit/main.c)

all: $(BUILD)/migvet

$(BUILD)/migvet: $(OBJECTS) $(BUILD)/sources
	$(call quietly,link $@)$(LINK) -o $@ $(OBJECTS) $(LINK_LIBS)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quietly,cc $<)$(COMPILE) -MMD -MP -c -o $@ $<

$(REGISTRY).c: tools/gen-rules $(RULES) $(BUILD)/rules
	@mkdir -p $(@D)
	$(call quietly,gen-rules $@)tools/gen-rules $(RULES) >$@

# A rule's documentation is longer than the 4095 bytes that a C compiler has to accept.
$(REGISTRY).o: $(REGISTRY).c $(BUILD)/flags
	$(call quietly,cc $<)$(COMPILE) -Wno-overlength-strings -MMD -MP -c -o $@ $<

# Findings (1) are what a run is for; only a job not done in full (2) is a failure here.
run: all
	@$(BUILD)/migvet $(ARGS); status=$$?; test $$status -le 1

$(BUILD)/migvet.1: $(BUILD)/migvet tools/gen-man
	$(call quietly,gen-man $@)tools/gen-man $< >$@

$(BUILD)/migvet.bash: $(BUILD)/migvet tools/gen-man
	$(call quietly,gen-man $@)tools/gen-man --bash $< >$@

install: all $(BUILD)/migvet.1 $(BUILD)/migvet.bash
	install -D -m 755 $(BUILD)/migvet $(DESTDIR)$(PREFIX)/bin/migvet
	install -D -m 644 $(BUILD)/migvet.1 $(DESTDIR)$(PREFIX)/share/man/man1/migvet.1
	install -D -m 644 $(BUILD)/migvet.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/migvet

ASAN := BUILD=$(BUILD)/asan SANITIZE=address,undefined CFLAGS='-O1 -g'

asan:
	$(MAKE) $(ASAN) all

test-asan:
	$(MAKE) $(ASAN) test

static:
	$(MAKE) BUILD=$(BUILD)/static STATIC=1 all

# A part of the tests writes "passed failed skipped" to $(BUILD)/results/<part>, and gets BUILD and MIGVET (the
# binary to be tested) in its environment. Each may be run alone: make unit.

PARTS := layers unit fixtures cli transactions

run_part = mkdir -p $(BUILD)/results; if test -x $1; then $1; \
    else echo "skipped: there is no $1"; echo 0 0 1 >$(BUILD)/results/$@; fi

export BUILD
export MIGVET := $(BUILD)/migvet

test: all
	+@tools/test-parts $(PARTS)

layers:
	@tools/check-layers --result $(BUILD)/results/layers

unit: $(BUILD)/unit
	@mkdir -p $(BUILD)/results
	@$(BUILD)/unit $(BUILD)/results/unit

fixtures: all | test-packages
	@$(call run_part,tests/run-fixtures)

cli: all | test-packages
	@$(call run_part,tests/cli/run)

# What is said of transactions, compared with a real server; skipped where there is none.
transactions: all
	@$(call run_part,tools/prove-transactions)

# The fixtures' expected reports become what is reported now: read the diff.
accept: all | test-packages
	tests/run-fixtures --accept

# What real servers do with the cases of fixtures/effects that are not recorded yet: needs servers, see tools/servers.sh.
# make record ARGS="--all fixtures/effects/corners/dropping.sql" records a file's cases again.
record:
	tools/record-effects $(if $(filter command line,$(origin ARGS)),$(ARGS))

# make bench ARGS="corpus --runs 9" measures a part of it.
bench: all $(BUILD)/bench-floor $(BUILD)/bench-empty
	tools/bench $(if $(filter command line,$(origin ARGS)),$(ARGS))

$(BUILD)/bench-%: tools/bench-%.c $(BUILD)/obj/analyzer/sql/pg_compat.o
	$(call quietly,link $@)$(COMPILE) $(if $(STATIC),-static) -o $@ $^ $(LINK_LIBS)

test-packages: $(DEPS)/test-packages
$(DEPS)/test-packages: tools/setup $(if $(wildcard $(DEPS)/test-packages),,FORCE)
	tools/setup test

$(BUILD)/unit: $(TEST_OBJECTS) $(filter-out %/cli/main.o,$(OBJECTS)) $(BUILD)/tests $(BUILD)/sources
	$(call quietly,link $@)$(LINK) -o $@ $(filter %.o,$^) $(shell pkg-config --libs check) $(LINK_LIBS)

$(BUILD)/gen/unit_suites.def: $(BUILD)/tests
	@mkdir -p $(@D)
	@for t in $(patsubst test_%,%,$(basename $(notdir $(TESTS)))); do echo "SUITE($$t)"; done >$@

# Test files define suite_<topic>(), which only the generated list declares.
$(TEST_OBJECTS): COMPILE += -Wno-missing-prototypes -Itests/unit -I$(BUILD)/gen
$(TEST_OBJECTS): | test-packages
$(BUILD)/obj/tests/unit/main.o: $(BUILD)/gen/unit_suites.def

format:
	clang-format -i $(FORMATTED)

format-check:
	@clang-format --dry-run -Werror $(FORMATTED)

clean:
	@test ! -d $(BUILD) || find $(BUILD) -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} +

distclean: clean
	rm -rf $(DEPS)

help:
	@sed -n '/^#/!q; s/^# \?//p' Makefile
	@echo
	@echo "Targets: all run test layers unit fixtures cli transactions accept record bench asan test-asan static install"
	@echo "         format format-check clean distclean"
	@echo "record:  asks real servers what they do with the cases of fixtures/effects that are new"

-include $(OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d)
