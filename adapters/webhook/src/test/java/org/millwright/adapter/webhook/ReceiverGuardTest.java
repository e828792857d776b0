package org.millwright.adapter.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.monitoring.spi.NamedReceivers;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

class ReceiverGuardTest {
    private final Map<String, String[]> names = new HashMap<>(Map.of(
            "hooks.example.com", new String[] {"93.184.216.34", "2606:2800:220:1::1"},
            "intern.example.com", new String[] {"10.1.2.3"},
            "half.example.com", new String[] {"93.184.216.34", "127.0.0.1"},
            "metadata.example.com", new String[] {"169.254.169.254"}));

    @Test
    void a_public_https_address_is_admitted_with_what_its_name_meant() {
        var receiver = guard("").admit("https://Hooks.Example.com./path%20a?x=1#part");
        assertThat(receiver.host()).isEqualTo("hooks.example.com");
        assertThat(receiver.port()).isEqualTo(443);
        assertThat(receiver.secure()).isTrue();
        assertThat(receiver.authority()).isEqualTo("hooks.example.com");
        assertThat(receiver.path()).isEqualTo("/path%20a?x=1");
        assertThat(receiver.addresses())
                .containsExactly(InetAddress.ofLiteral("93.184.216.34"), InetAddress.ofLiteral("2606:2800:220:1::1"));
    }

    @Test
    void letters_that_http_does_not_know_are_sent_encoded() {
        assertThat(guard("").admit("https://hooks.example.com:8443/ü?q=ß").path())
                .isEqualTo("/%C3%BC?q=%C3%9F");
        assertThat(guard("").admit("https://hooks.example.com:8443/").authority())
                .isEqualTo("hooks.example.com:8443");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.0.0.1:9443/studio/",
                "https://0.0.0.0/",
                "https://10.0.0.1/",
                "https://192.168.0.1/",
                "https://169.254.169.254/latest/meta-data/",
                "https://100.100.100.200/",
                "https://[::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:a9fe:a9fe]/",
                "https://[64:ff9b::a9fe:a9fe]/",
                "https://[2002:7f00:1::]/",
                "https://[fe80::1%25eth0]/",
                "https://[fd00:ec2::254]/",
                "https://localhost/",
                "https://LOCALHOST./",
                "https://app.localhost/",
                "https://metadata.google.internal/computeMetadata/v1/",
                "https://METADATA/",
                "https://printer.local/",
                "https://intern.example.com/",
                "https://half.example.com/",
                "https://metadata.example.com/",
                "https://2130706433/",
                "https://127.1/",
                "https://0177.0.0.1/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://127.0.0.1.example.com@127.0.0.1/",
                "https://hooks.example.com@127.0.0.1/",
                "https://user:password@hooks.example.com/",
                "https://nobody.example.com/",
                "http://hooks.example.com/",
                "ftp://hooks.example.com/",
                "file:///etc/passwd",
                "gopher://127.0.0.1:6379/_INFO",
                "jar:https://hooks.example.com/a.jar!/",
                "//hooks.example.com/",
                "hooks.example.com",
                "https:///path",
                "https://",
                "https:hooks.example.com",
                "https://hooks.example.com\\@127.0.0.1/",
                "https://127.0.0.1\\.example.com/",
                "https://hooks.example.com:0/",
                "https://hooks.example.com:65536/",
                "https://hooks.example.com/\r\nHost: intern",
                "https://hooks.example.com /",
                "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
                "https://①②⑦.⓪.⓪.①/",
                " ",
                ""
            })
    void what_leads_elsewhere_than_to_a_public_https_receiver_is_refused(String url) {
        assertThatThrownBy(() -> guard("").admit(url))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problem())
                        .isInstanceOfSatisfying(Problem.Invalid.class, invalid -> assertThat(invalid.field())
                                .isEqualTo("url")));
    }

    @Test
    void the_refusal_says_what_the_name_led_to() {
        assertThatThrownBy(() -> guard("").admit("https://intern.example.com/"))
                .hasMessageContaining("'intern.example.com' resolves to 10.1.2.3");
        assertThatThrownBy(() -> guard("").admit("https://nobody.example.com/"))
                .hasMessageContaining("Cannot resolve Webhook URL hostname 'nobody.example.com'");
        assertThatThrownBy(() -> guard("").admit("http://hooks.example.com/"))
                .hasMessageContaining("Invalid webhook URL scheme: 'http'. Allowed schemes are: https.");
    }

    @Test
    void a_name_that_means_something_else_the_next_time_is_looked_at_again() {
        var guard = guard("");
        assertThat(guard.admit("https://hooks.example.com/").addresses()).hasSize(2);
        names.put("hooks.example.com", new String[] {"127.0.0.1"});
        assertThatThrownBy(() -> guard.admit("https://hooks.example.com/")).hasMessageContaining("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            intern.example.com      , https://intern.example.com/       , true
            intern.example.com      , https://INTERN.example.com:8443/  , true
            intern.example.com      , http://intern.example.com/        , false
            intern.example.com:8443 , https://intern.example.com/       , false
            http://127.0.0.1        , http://127.0.0.1:9000/            , true
            http://127.0.0.1        , https://127.0.0.1:9000/           , true
            http://127.0.0.1        , http://localhost:9000/            , false
            http://127.0.0.1        , https://intern.example.com/       , false
            http://[::1]:9000       , http://[::1]:9000/                , true
            http://[::1]:9000       , http://[::1]:9001/                , false
            """)
    void the_operator_may_name_hosts_of_the_own_network(String named, String url, boolean admitted) {
        if (admitted) {
            assertThat(guard(named).admit(url).addresses()).isNotEmpty();
        } else {
            assertThatThrownBy(() -> guard(named).admit(url)).isInstanceOf(Refused.class);
        }
    }

    private ReceiverGuard guard(String named) {
        return new ReceiverGuard(NamedReceivers.parse(named), this::resolve);
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        var known = names.get(host);
        if (known != null) {
            return Arrays.stream(known).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
        }
        if (host.matches("[0-9.]+|.*:.*")) {
            return InetAddress.getAllByName(host); // literals ask no name service
        }
        throw new UnknownHostException(host);
    }
}
