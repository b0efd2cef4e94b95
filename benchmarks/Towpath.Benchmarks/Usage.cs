namespace Towpath.Benchmarks;

internal static class Usage
{
    public static int Print()
    {
        Console.Error.WriteLine("""
            usage: bench engine [--rounds N] [--deployments N] [--only TEXT]    deployments per second beside Quartz.NET, and start on another node
                   bench static-site [--rounds N] [--no-memory|--only-memory]   a site of 2,000 files brought to S3 beside rclone and the AWS CLI
                   bench cli                                                    start of the command line, validation of 200 specs, memory of a server at rest
                   bench ecs [--deployments N] [--services N]                   many deployments at once in one account, its limits enforced
                   bench webhooks [--seconds N] [--stored N] [--only TEXT] [--part accepting|pushes] [--no-peer]    deliveries accepted durably, beside Probot
            """);
        return 2;
    }

    /// <summary>The value after <paramref name="name"/>, or the default.</summary>
    public static int Number(IReadOnlyList<string> options, string name, int otherwise) =>
        Text(options, name) is { } text && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    public static string? Text(IReadOnlyList<string> options, string name)
    {
        for (var i = 0; i + 1 < options.Count; i++)
            if (string.Equals(options[i], name, StringComparison.Ordinal)) return options[i + 1];
        return null;
    }
}
