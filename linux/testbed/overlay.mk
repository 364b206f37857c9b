# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# The Makefile of a folder of ours inside the test bed's kernel tree.
obj-y += $(patsubst $(src)/%.c,%.o,$(wildcard $(src)/*.c))
