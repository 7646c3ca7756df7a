package io.opsdeck.core.outbound;

import io.opsdeck.core.mail.MailRig;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;

/** One application and one database for all tests of what leaves. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = {TestDatabase.Initializer.class, MailRig.class})
@TestPropertySource(
        locations = "classpath:opsdeck-core.properties",
        properties = {
            "opsdeck.outbound.allowed=127.0.0.1, sink.invalid",
            "spring.messages.basename=messages/notification,messages/chat",
            "spring.messages.fallback-to-system-locale=false"
        })
@Import(TestChannels.class)
public @interface OutboundRig {}
