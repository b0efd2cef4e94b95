using System.Globalization;

namespace Towpath.GitHubEmulator;

/// <summary>What the executable is called with.</summary>
internal sealed record CommandLine(EmulatorOptions Options, bool UntilStandardInputCloses)
{
    public const string Usage = """
        Usage: Towpath.GitHubEmulator [--port N] [--limits none|documented] [--latency MS] [--api-prefix /api/v3] [--description FILE] [--until-stdin-closes]

        The first line of the output says where it listens. Port 0, the default, takes a free one.
        """;

    /// <summary>Throws <see cref="FormatException"/> with what is wrong.</summary>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new CommandLine(new EmulatorOptions(), UntilStandardInputCloses: false);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--until-stdin-closes")
            {
                parsed = parsed with { UntilStandardInputCloses = true };
                continue;
            }

            var name = arguments[i];
            if (++i == arguments.Count) throw new FormatException($"{name} needs a value.");
            parsed = parsed with { Options = With(parsed.Options, name, arguments[i]) };
        }

        return parsed;
    }

    private static EmulatorOptions With(EmulatorOptions options, string name, string value) => name switch
    {
        "--port" => options with { Port = int.Parse(value, CultureInfo.InvariantCulture) },
        "--limits" => options with
        {
            DocumentedLimits = value switch { "documented" => true, "none" => false, _ => throw new FormatException("--limits is none or documented.") },
        },
        "--latency" => options with { Latency = TimeSpan.FromMilliseconds(double.Parse(value, CultureInfo.InvariantCulture)) },
        "--description" => options with { Description = value },
        "--api-prefix" => options with { ApiPrefix = value.TrimEnd('/') },
        _ => throw new FormatException($"There is no option {name}."),
    };
}
