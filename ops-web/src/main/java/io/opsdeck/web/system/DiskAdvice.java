package io.opsdeck.web.system;

import io.opsdeck.core.security.Permission;
import io.opsdeck.core.system.DiskWatch;
import io.opsdeck.core.system.DiskWatch.Disk;
import io.opsdeck.core.system.DiskWatch.Level;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Tells each page of a disk that fills up: those who run the installation early, everybody once something is refused. */
@ControllerAdvice(annotations = PageController.class)
class DiskAdvice {

    private final DiskWatch watch;

    DiskAdvice(DiskWatch watch) {
        this.watch = watch;
    }

    @ModelAttribute("diskNotice")
    @Nullable
    Disk disk(HttpServletRequest request) {
        Disk disk = watch.disk();
        if (disk.level() == Level.WELL) {
            return null;
        }
        boolean runsIt = Caller.find(request)
                .map(access -> access.may(Permission.SYSTEM_READ))
                .orElse(false);
        return runsIt || disk.level() == Level.STOPPED ? disk : null;
    }
}
