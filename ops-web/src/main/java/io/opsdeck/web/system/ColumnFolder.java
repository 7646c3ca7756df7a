package io.opsdeck.web.system;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The folder with the column stores of this node. */
@Component
class ColumnFolder {

    private static final Logger log = LoggerFactory.getLogger(ColumnFolder.class);

    private final Path folder;

    ColumnFolder(@Value("${opsdeck.columns.folder:${opsdeck.data-dir}/columns}") String folder) {
        this.folder = Path.of(folder);
    }

    /** What lies in it, in bytes; files that go while it looks count as gone. */
    long size() {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        var sum = new long[1];
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sum[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.debug("the column stores could not be measured", e);
        }
        return sum[0];
    }
}
