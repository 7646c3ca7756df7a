package io.opsdeck.web.setup;

import io.opsdeck.core.member.Members;
import io.opsdeck.core.member.SetUp;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.WorkspaceView;
import io.opsdeck.web.demo.SampleStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** At a start without members: makes the owner that the environment names, or prints the link by which one is made. */
@Component
class FirstStart implements ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

    private final SetUp setUp;
    private final Members members;
    private final SampleStart sample;
    private final String owner;
    private final String token;
    private final String baseUrl;
    private final String zone;
    private final String locale;

    FirstStart(
            SetUp setUp,
            Members members,
            SampleStart sample,
            @Value("${opsdeck.bootstrap.owner}") String owner,
            @Value("${opsdeck.bootstrap.token}") String token,
            @Value("${opsdeck.base-url}") String baseUrl,
            @Value("${opsdeck.default-time-zone}") String zone,
            @Value("${opsdeck.default-locale}") String locale) {
        this.setUp = setUp;
        this.members = members;
        this.sample = sample;
        this.owner = owner;
        this.token = token;
        this.baseUrl = baseUrl;
        this.zone = zone;
        this.locale = locale;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (!setUp.isOpen()) {
            return;
        }
        int colon = owner.indexOf(':');
        if (colon > 0) {
            WorkspaceView made = setUp.bootstrap(
                    WorkspaceSettings.of("Opsdeck", zone, "MONDAY", "CNY", locale),
                    owner.substring(0, colon),
                    owner.substring(colon + 1),
                    token.isBlank() ? null : token);
            CurrentWorkspace.call(made.id(), () -> members.list(""))
                    .forEach(member -> sample.whenSetUp(member.id(), made.settings()));
            log.info("The first owner is {}", owner.substring(0, colon));
            return;
        }
        log.info(
                "\n\n  Opsdeck is ready. Set it up within {} minutes at\n\n    {}/set-up?code={}\n",
                SetUp.LIFETIME.toMinutes(),
                baseUrl,
                setUp.issueCode());
    }
}
