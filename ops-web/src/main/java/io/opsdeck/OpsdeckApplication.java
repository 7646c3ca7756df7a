package io.opsdeck;

import io.opsdeck.core.command.Commands;
import java.io.IOException;
import java.net.URLClassLoader;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.modulith.Modulithic;

/** Starts Opsdeck, or runs the command that the arguments begin with. */
@Modulithic(systemName = "Opsdeck")
@SpringBootApplication
public class OpsdeckApplication {

    private static final String LOADER_OF_THE_JAR = "org.springframework.boot.loader.launch.LaunchedClassLoader";

    public static void main(String[] arguments) throws Exception {
        ClassLoader loader = OpsdeckApplication.class.getClassLoader();
        if (loader instanceof URLClassLoader slow && slow.getClass().getName().equals(LOADER_OF_THE_JAR)) {
            ClassLoader fast = indexed(slow);
            if (fast != slow) {
                Thread.currentThread().setContextClassLoader(fast);
                Class<?> again = fast.loadClass(OpsdeckApplication.class.getName());
                again.getMethod("main", String[].class).invoke(null, (Object) arguments);
                return;
            }
        }
        if (Commands.begin(arguments)) {
            System.exit(Commands.run(arguments, System.out, System.err));
        }
        SpringApplication.run(OpsdeckApplication.class, arguments);
    }

    /** A jar whose address cannot be taken apart is started slowly. */
    private static ClassLoader indexed(URLClassLoader slow) {
        try {
            return new IndexedClassLoader(slow.getURLs(), slow.getParent());
        } catch (IOException | IllegalArgumentException e) {
            return slow;
        }
    }
}
