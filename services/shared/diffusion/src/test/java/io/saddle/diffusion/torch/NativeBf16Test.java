package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeBf16Test {
    @ParameterizedTest
    @CsvSource({
        "'flags\t\t: fpu avx512_bf16 amx_tile', true",
        "'flags\t\t: fpu amx_bf16', true",
        "'Features\t: fp asimd i8mm bf16 dgh', true",
        "'flags\t\t: fpu avx2 avx512f amx_int8', false",
        "'flags\t\t: fpu no_bf16s', false",
        "'model name\t: a processor with bf16', false",
        "'', false"
    })
    void shouldBeReadFromTheProcessorsFlags(String line, boolean expected) {
        assertEquals(expected, NativeBf16.isAmongFlags("processor\t: 0\n" + line + "\nbugs\t\t: spectre_v1\n"));
    }
}
