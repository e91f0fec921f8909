@ Vectors and start. Exceptions run on the bottom of nothing: they only report, on a stack of their own.
    .section .vectors, "ax"
    .arm
    .global _start
_start:
    b   reset
    b   undefined
    b   call
    b   prefetch
    b   data
    b   .
    b   interrupt
    b   fast

undefined:
    mov r0, #1
    b   report
call:
    mov r0, #2
    b   report
prefetch:
    mov r0, #3
    b   report
data:
    mov r0, #4
    b   report
interrupt:
    mov r0, #6
    b   report
fast:
    mov r0, #7
report:
    sub r1, lr, #4
    ldr sp, =_exception_stack_top
    b   exception_met

reset:
    @ Supervisor mode, interrupts masked: they wake the processor and are not served.
    msr cpsr_c, #0xd3
    ldr sp, =_stack_start
    @ Paint the stack.
    ldr r0, =_stack_end
    ldr r1, =0xcccccccc
1:  cmp r0, sp
    strlo r1, [r0], #4
    blo 1b
    @ Copy .data, clear .bss.
    ldr r0, =_data_start
    ldr r1, =_data_end
    ldr r2, =_data_load
2:  cmp r0, r1
    ldrlo r3, [r2], #4
    strlo r3, [r0], #4
    blo 2b
    ldr r0, =_bss_start
    ldr r1, =_bss_end
    mov r3, #0
3:  cmp r0, r1
    strlo r3, [r0], #4
    blo 3b
    bl  start
    b   .
    .ltorg
