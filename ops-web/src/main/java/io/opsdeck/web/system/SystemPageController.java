package io.opsdeck.web.system;

import io.opsdeck.core.backup.Backups;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.system.DiskWatch;
import io.opsdeck.core.system.Installation;
import io.opsdeck.core.system.InvariantResult;
import io.opsdeck.core.system.Invariants;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** The installation at a look, with nothing on the page that a picture of it should not show. */
@PageController
class SystemPageController {

    private static final int NEWEST_BACKUPS = 5;

    private final Installation installation;
    private final Invariants invariants;
    private final DiskWatch disk;
    private final Backups backups;
    private final ColumnFolder columns;
    private final Libraries libraries;
    private final ConfigurableEnvironment environment;
    private final String revision;

    SystemPageController(
            Installation installation,
            Invariants invariants,
            DiskWatch disk,
            Backups backups,
            ColumnFolder columns,
            Libraries libraries,
            ConfigurableEnvironment environment,
            @Value("${opsdeck.revision}") String revision) {
        this.installation = installation;
        this.invariants = invariants;
        this.disk = disk;
        this.backups = backups;
        this.columns = columns;
        this.libraries = libraries;
        this.environment = environment;
        this.revision = revision;
    }

    @GetMapping("/system")
    @Requires(Permission.SYSTEM_READ)
    String show(Model model) {
        Map<String, InvariantResult> results =
                invariants.results().stream().collect(Collectors.toMap(InvariantResult::key, Function.identity()));
        model.addAttribute("version", version());
        model.addAttribute("revision", revision);
        model.addAttribute("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        model.addAttribute(
                "startedAt",
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));
        model.addAttribute("disk", disk.disk());
        model.addAttribute("columns", columns.size());
        model.addAttribute("backupPlan", backups.plan().orElse(null));
        model.addAttribute("lastBackup", backups.lastSuccess().orElse(null));
        model.addAttribute("backups", backups.newest(NEWEST_BACKUPS));
        model.addAttribute("database", installation.database());
        model.addAttribute("tables", installation.largestTables());
        model.addAttribute("jobs", installation.jobs());
        model.addAttribute("deliveries", installation.deliveries());
        model.addAttribute("slowJobs", installation.slowJobs());
        model.addAttribute("chains", installation.chains());
        model.addAttribute("invariants", invariants.all());
        model.addAttribute("results", results);
        model.addAttribute(
                "checkedAt",
                results.values().stream()
                        .map(InvariantResult::at)
                        .min(Instant::compareTo)
                        .orElse(null));
        model.addAttribute(
                "broken",
                results.values().stream().filter(result -> !result.holds()).count());
        model.addAttribute("settings", Setting.of(environment));
        model.addAttribute("libraries", libraries.all());
        model.addAttribute("sizes", new ByteSizes());
        return "system/show";
    }

    @PostMapping("/system/invariants/check")
    @Requires(Permission.SYSTEM_READ)
    String check() {
        invariants.checkSoon();
        return "redirect:/system#invariants";
    }

    /** The jar knows its version; classes in a folder do not. */
    private static @Nullable String version() {
        return SystemPageController.class.getPackage().getImplementationVersion();
    }
}
