# The dictionaries of the store's compression (train.py), as the files have them: none is ever
# changed, because objects in stores need it.

	.section .rodata
	.balign 16
	.globl kRoarDictionary1
	.hidden kRoarDictionary1
	.type kRoarDictionary1, @object
kRoarDictionary1:
	.incbin "dictionary-1.zdict"
	.globl kRoarDictionary1End
	.hidden kRoarDictionary1End
kRoarDictionary1End:
	.size kRoarDictionary1, . - kRoarDictionary1

	.section .note.GNU-stack, "", @progbits
