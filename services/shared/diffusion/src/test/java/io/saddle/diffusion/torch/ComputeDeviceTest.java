package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {

    @ParameterizedTest
    @CsvSource({"auto, 0, cpu()", "auto, 2, gpu(0)", "cpu, 2, cpu()", "cuda:0, 1, gpu(0)", "cuda:1, 2, gpu(1)"})
    void choosesTheDeviceOfTheName(String name, int gpus, String expected) {
        Device device = new ComputeDevice(name).on(gpus);
        assertEquals(expected, device.toString());
    }

    @Test
    void refusesAGpuThatIsNotThere() {
        ComputeDevice second = new ComputeDevice("cuda:1");
        assertEquals(
                "device: there is no cuda:1 here, libtorch sees no GPU; use auto or cpu, or a trainer that has it",
                assertThrows(IllegalArgumentException.class, () -> second.on(0)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> second.on(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda", "cuda:-1", "cuda:x", "CPU", "cuda:0 "})
    void refusesOtherNames(String name) {
        assertThrows(IllegalArgumentException.class, () -> new ComputeDevice(name));
    }

    @Test
    void makesArraysOnTheChosenDevice() {
        try (NDManager manager = TorchRuntime.get().newManager(new ComputeDevice("cpu"))) {
            assertEquals(Device.cpu(), manager.create(1f).getDevice());
        }
    }
}
