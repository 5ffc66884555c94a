package io.saddle.console.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7,             192.0.2.7",
        "::ffff:192.0.2.7,      192.0.2.7",
        "2001:db8:1:2:3:4:5:6,  20:01:0d:b8:00:01:00:02",
        "2001:db8:1:2::ffff,    20:01:0d:b8:00:01:00:02",
        "2001:db8:1:3::ffff,    20:01:0d:b8:00:01:00:03",
        ",                      null"
    })
    void aMachineIsOneClientByWhicheverAddressOfItsNetworkItComes(String address, String client) {
        assertEquals(client, ClientAddress.of(address));
    }
}
