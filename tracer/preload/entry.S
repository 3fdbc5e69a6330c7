# Functions that cannot be wrapped in a frame of ours. The child of vfork returns first and would
# leave its parent a frame that it has overwritten; dlopen looks at its caller to find out where to
# search. So these jump to the real function, with the arguments as they were, after a word to
# hook_process.cc, which says where that function is.

	.macro entry name, before
	.globl \name
	.type \name, @function
\name:
	.cfi_startproc
	endbr64
	pushq %rdi
	.cfi_adjust_cfa_offset 8
	pushq %rsi
	.cfi_adjust_cfa_offset 8
	pushq %rdx
	.cfi_adjust_cfa_offset 8
	call \before
	popq %rdx
	.cfi_adjust_cfa_offset -8
	popq %rsi
	.cfi_adjust_cfa_offset -8
	popq %rdi
	.cfi_adjust_cfa_offset -8
	jmp *%rax
	.cfi_endproc
	.size \name, . - \name
	.endm

	.text
	entry vfork, roar_before_vfork
	entry dlopen, roar_before_dlopen
	entry dlmopen, roar_before_dlmopen

	.section .note.GNU-stack, "", @progbits
