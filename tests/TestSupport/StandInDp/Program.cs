using Campaign.StandInDp;

// Behaves from outside as DeePMD-kit's dp does, in the directory that it is started in. What it trains is this project's own training.
//   dp [--pt] train [--restart FILE] input.json
//   dp [--pt] freeze [-c FOLDER] [-o FILE]
//   dp convert-backend IN OUT
//   dp [--pt] test -m FILE -s FOLDER [-n COUNT]
//   dp --version
// STANDIN_MS_PER_STEP  what a training step takes, ms
// STANDIN_FAULT        KEY[:STEP[:ATTEMPT]]: what goes wrong, and when; see Fault
// STANDIN_CURE         the fault stays away while the first learning rate is not above this
try
{
    Arguments arguments = Arguments.Parse(args);
    switch (arguments.Command)
    {
        case "--version":
            Console.Out.WriteLine($"DeePMD-kit v{Say.Version}");
            return 0;
        case "train":
            Training.Run(arguments.Required("INPUT"), arguments.Optional("restart"));
            return 0;
        case "freeze":
            Freezing.Run(arguments.Optional("c") ?? ".", arguments.Optional("o") ?? "frozen_model.pth");
            return 0;
        case "convert-backend":
            ModelFiles.Convert(arguments.Required("INPUT"), arguments.Required("OUTPUT"));
            return 0;
        default:
            Testing.Run(arguments.Required("m"), arguments.Required("s"));
            return 0;
    }
}
catch (DpStop stop)
{
    Console.Error.WriteLine(stop.Message);
    return stop.ExitCode;
}
