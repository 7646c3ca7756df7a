package io.opsdeck;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.modulith.Modulithic;

/** Starts Opsdeck. */
@Modulithic(systemName = "Opsdeck")
@SpringBootApplication
public class OpsdeckApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(OpsdeckApplication.class, arguments);
    }
}
