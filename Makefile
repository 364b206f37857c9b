# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The daily targets; what builds and how is in meson.build.
demo test:
	./$@

check-heavy:
	tests/heavy

.PHONY: demo test check-heavy
