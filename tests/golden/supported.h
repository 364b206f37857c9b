/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The feature bits that KVM supports, as they were reviewed, for reference.c. */
/* BLESS=1 ./test writes this; read what changes. */
SUPPORTED(0x1, NONE, ECX, 0x31044d88)
SUPPORTED(0x1, NONE, EDX, 0xb8445080)
SUPPORTED(0x7, 0, EBX, 0xdc2b9308)
SUPPORTED(0x7, 0, ECX, 0x02417f45)
SUPPORTED(0x7, 0, EDX, 0x4005411c)
SUPPORTED(0x7, 1, EAX, 0x04a81cbf)
SUPPORTED(0x7, 1, EDX, 0x00004430)
SUPPORTED(0x7, 2, EDX, 0x00000028)
SUPPORTED(0x1e, 1, EAX, 0x000001d0)
SUPPORTED(0x80000008, NONE, EBX, 0x00000200)
