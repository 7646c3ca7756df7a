package io.opsdeck.core.export;

import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.ScheduleId;
import io.opsdeck.core.job.ScheduledWork;
import io.opsdeck.core.job.Schedules;
import io.opsdeck.core.job.Timetable;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Exports that are made again and again, with the rights that who scheduled them had then and still has. */
@Service
public class RegularExports implements ScheduledWork {

    private final Exports exports;
    private final Schedules schedules;
    private final Members members;
    private final JsonMapper json;

    RegularExports(Exports exports, Schedules schedules, Members members, JsonMapper json) {
        this.exports = exports;
        this.schedules = schedules;
        this.members = members;
        this.json = json;
    }

    /**
     * Schedules an export.
     *
     * @param recipients members of the workspace who get the link besides {@code by}
     */
    @Transactional
    public ScheduleId schedule(StartExport wish, String name, Timetable timetable, List<UUID> recipients, Access by) {
        List<UUID> others = recipients.stream()
                .distinct()
                .filter(member -> !member.equals(by.member()))
                .toList();
        others.forEach(members::one);
        return schedules.create(kind(), name, timetable, new ScheduledExport(exports.order(wish, by), others), by);
    }

    @Override
    public String kind() {
        return Exports.KIND;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public JobId start(String parameters) {
        var scheduled = json.readValue(parameters, ScheduledExport.class);
        return exports.start(scheduled.order(), scheduled.recipients());
    }
}
