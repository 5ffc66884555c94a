package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDevicesTest {

    private static String on(String names, int gpus) {
        return new ComputeDevices(names).on(gpus).stream().map(Device::toString).collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "auto; 0; cpu(); auto",
                "auto; 2; gpu(0); auto",
                "cpu; 2; cpu(); cpu",
                "cuda:1; 2; gpu(1); cuda:1",
                "cuda:all; 1; gpu(0); cuda:0",
                "cuda:all; 3; gpu(0) gpu(1) gpu(2); cuda:0",
                "cuda:2,cuda:0; 3; gpu(2) gpu(0); cuda:2",
                "cpu,cpu; 0; cpu() cpu(); cpu",
                "cpu,cpu,cpu; 4; cpu() cpu() cpu(); cpu"
            })
    void areThoseOfTheirNamesInOrderTheFirstOnePrimary(String names, int gpus, String expected, String primary) {
        assertEquals(expected, on(names, gpus));
        assertEquals(primary, new ComputeDevices(names).primary().name());
    }

    @Test
    void oneThatIsNotThereIsRefusedByName() {
        assertEquals(
                "device: there is no cuda:2 here, libtorch sees 2 GPUs; use auto or cpu, or a trainer that has it",
                assertThrows(NoSuchDeviceException.class, () -> on("cuda:0,cuda:2", 2))
                        .getMessage());
        assertEquals(
                "device: cuda:all is every GPU, and libtorch sees no GPU here; use auto or cpu, or a trainer that has GPUs",
                assertThrows(NoSuchDeviceException.class, () -> on("cuda:all", 0))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gpu",
                "cuda",
                "all",
                "cuda:all,cpu",
                "auto,cpu",
                "cpu,auto",
                "cuda:0,",
                ",cuda:0",
                "cuda:0 cuda:1",
                "cuda:0, cuda:1",
                "cuda:0,,cuda:1"
            })
    void otherNamesAreRefused(String names) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new ComputeDevices(names));
        assertEquals(
                "device: must be auto, cpu, cuda:N, cuda:all or a list such as cuda:0,cuda:1, was " + names,
                e.getMessage());
    }

    /** 01 is the same GPU by another name. */
    @ParameterizedTest
    @ValueSource(strings = {"cuda:1,cuda:1", "cuda:0,cuda:1,cuda:0", "cuda:1,cuda:01"})
    void aGpuIsNamedOnce(String names) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new ComputeDevices(names));
        assertEquals(
                "device: " + names.substring(names.lastIndexOf(',') + 1) + " is named twice; name each GPU once",
                e.getMessage());
    }
}
