package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.cli.server.Refusals.refusal;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.millwright.cli.ExitCode;

class PortTest {
    private static final String LOOPBACK = "127.0.0.1";

    @Test
    void zero_is_any_free_port() {
        assertThat(new Port(0).claim(LOOPBACK).number()).isPositive();
    }

    @Test
    void a_port_in_use_is_refused() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refusal(ExitCode.REFUSED, () -> new Port(taken.getLocalPort()).claim(LOOPBACK)))
                    .startsWith("Port %d is in use".formatted(taken.getLocalPort()));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void who_uses_it_is_named() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(new Port(taken.getLocalPort()).owner()).hasValueSatisfying(owner -> assertThat(owner)
                    .startsWith("process %d (".formatted(ProcessHandle.current().pid())));
        }
    }
}
