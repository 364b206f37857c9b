# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What builds and how is in meson.build; each target installs what it needs.

# Seconds, every day.
demo test:
	./$@

# clang, sanitizers, valgrind, fuzzing: twenty minutes.
check-heavy:
	tests/heavy

# Every fuzz target for T hours; what is found lies in build-fuzz/found/.
fuzz:
	fuzz/run $$(awk 'BEGIN { print int(3600 * $(or $(T),$(error how many hours? make fuzz T=1))) }')

# The patch series for the Linux tree in KDIR, into OUT (build/series).
series:
	linux/series/run $(or $(KDIR),$(error say which Linux tree: make series KDIR=...)) $(OUT)

# The RFC that goes on top of it, about KVM_SET_CPUID2, into OUT (build/series-rfc).
series-rfc:
	linux/series/run --rfc $(or $(KDIR),$(error say which Linux tree: make series-rfc KDIR=...)) $(OUT)

# What goes on top of that RFC, about the CPUID page of SEV-SNP, into OUT (build/series-snp).
series-snp:
	linux/series/run --snp $(or $(KDIR),$(error say which Linux tree: make series-snp KDIR=...)) $(OUT)

# Build each patch of the series and of the RFCs, with checkpatch and sparse.
check-series:
	linux/series/check $(or $(KDIR),$$(linux/testbed/fetch linux))

# The series in a running kernel without TDX hardware: some ten minutes at first.
test-linux:
	linux/testbed/run

# The same on a KASAN, UBSAN, lockdep and kmemleak build.
test-linux-debug:
	TDXCPUID_DEBUG=1 linux/testbed/run

# KVM's SEV-SNP launch, stock and with the RFC for it, without the hardware: on the same
# kernel, so that what has gone through test-linux is not built again.
test-snp:
	linux/testbed-snp/run

# The same on the debugging build.
test-snp-debug:
	TDXCPUID_DEBUG=1 linux/testbed-snp/run

# By CBMC: the promises of the allowlist, of any request and any module.
prove:
	tests/proof/run

# Break the model one place at a time: which test notices?  Forty minutes at a time; it goes on
# where it stopped.
test-mutants:
	tools/build
	tests/mutants.py

# Real VMMs on the simulated TDX host; the examples in other languages; promtool and a
# running node exporter; the recipes for fleets, with Dask.
test-clients:
	tests/clients/run
	tests/clients/examples
	tests/clients/export
	tests/clients/fleet

# Beside Linux's own functions.
bench:
	bench/run

# Every bit, module and verdict as a page, build/atlas.html.
atlas:
	build/tdxcpuid atlas >build/atlas.html

# That page in a browser.
test-page:
	tests/page/run

# Debian packages, into build/deb; tools/deb-chroot tries them in a clean chroot.
deb:
	tools/deb

# The two commands and the packages on a bare Debian 12 and 13, in chroots, as root:
# twenty minutes.
bare:
	tools/bare

.PHONY: atlas bare demo fuzz test check-heavy test-clients test-page deb series series-rfc series-snp check-series test-linux test-linux-debug test-snp test-snp-debug bench prove test-mutants
