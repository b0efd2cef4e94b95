using System.Globalization;

namespace Towpath.KillHost;

/// <summary>What one start of this process is to do, as <c>name=value</c> arguments say.</summary>
internal sealed class HostSettings(IEnumerable<string> arguments)
{
    private readonly Dictionary<string, string> _values = arguments.Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1], StringComparer.Ordinal);

    /// <summary><c>sqlite:PATH</c> or a connection string.</summary>
    public string Database => _values["database"];

    /// <summary>Where the site and this host's own records lie.</summary>
    public string Folder => _values["folder"];

    /// <summary>Where the zips lie.</summary>
    public string Artifacts => _values["artifacts"];

    public int Port => int.Parse(_values["port"], CultureInfo.InvariantCulture);

    /// <summary>The point at which the process kills itself, from 0; absent for never.</summary>
    public int? KillAt => _values.TryGetValue("kill-at", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The version whose deployment has kill points.</summary>
    public string? Subject => _values.GetValueOrDefault("subject");

    public string Node => _values.GetValueOrDefault("node", "node");

    public TimeSpan Lease => TimeSpan.FromSeconds(Number("lease", 15));

    /// <summary>How long verification takes, in seconds.</summary>
    public double VerifyFor => Number("verify-for", 0);

    /// <summary>A file that verification waits for before anything else, or for it with a dash and the version behind it; a dash for none.</summary>
    public string VerifyHeldBy => _values.GetValueOrDefault("verify-held-by", "-");

    /// <summary>How many sites there are, each an environment of its own.</summary>
    public int Sites => (int)Number("sites", 1);

    /// <summary>The versions to ask for, in this order, separated by commas; a version with <c>bad</c> in its name fails verification.</summary>
    public IReadOnlyList<string> Versions => _values["versions"].Split(',');

    private double Number(string name, double otherwise) =>
        _values.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
