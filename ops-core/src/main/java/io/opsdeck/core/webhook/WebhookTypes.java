package io.opsdeck.core.webhook;

import java.util.List;

/** The types that a module publishes, contributed as a bean. */
public interface WebhookTypes {

    List<WebhookType> types();
}
