using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Towpath.Cli.CommandLine;

/// <summary><c>30s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>, as in the specs.</summary>
internal static class Durations
{
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is not { Length: >= 2 } || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (Unit(text[^1]) is not { } unit) return false;
        duration = number * unit;
        return true;
    }

    public static Option<string> Option(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "DURATION" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !TryParse(text, out _))
                result.AddError($"'{text}' is no duration for {name}: write 30s, 5m, 2h or 7d");
        });
        return option;
    }

    private static TimeSpan? Unit(char unit) => unit switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
