package org.millwright.monitoring.spi;

import java.util.Map;
import org.millwright.monitoring.model.Answer;

/** The way to the receivers of webhooks, which lie where anybody may have said. */
public interface WebhookTransport {

    /**
     * Looks whether something may be sent there: HTTPS, a host that has addresses, and only public ones, unless the
     * operator named the host. It asks the name service, so it is not called within a transaction.
     *
     * @throws org.millwright.shared.Refused with Invalid that says why not
     */
    void check(String url);

    /**
     * Posts JSON, to an address that was just checked and to no other, and follows no redirect. Whatever goes wrong is in
     * the answer. It takes half a minute at most.
     */
    Answer post(String url, Map<String, String> headers, String body);

    /** The fields as a JSON object, in their order. */
    String json(Map<String, Object> fields);
}
