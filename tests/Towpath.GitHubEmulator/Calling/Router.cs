using System.Diagnostics.CodeAnalysis;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>One way in: method and template. <c>{name}</c> is one segment, <c>{name+}</c> one or more.</summary>
public sealed record Route(string Method, string Template, Need Need, Func<Call, Answer> Handle)
{
    internal string[] Segments { get; } = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Such as <c>POST /repos/{owner}/{repo}/deployments</c>.</summary>
    public string Name { get; } = $"{Method} {Template.Replace("+}", "}", StringComparison.Ordinal)}";
}

/// <summary>Finds the route of a call. Of two that match, the one added first is taken.</summary>
public sealed class Router
{
    private readonly Dictionary<(string Method, string First), List<Route>> _routes = [];

    public IEnumerable<Route> All => _routes.Values.SelectMany(r => r);

    public void On(string methodAndTemplate, Need need, Func<Call, Answer> handle)
    {
        var space = methodAndTemplate.IndexOf(' ', StringComparison.Ordinal);
        var route = new Route(methodAndTemplate[..space], methodAndTemplate[(space + 1)..], need, handle);
        var key = (route.Method, route.Segments.FirstOrDefault() ?? "");
        if (!_routes.TryGetValue(key, out var list)) _routes[key] = list = [];
        list.Add(route);
    }

    public bool TryFind(string method, string[] path, [NotNullWhen(true)] out Route? found, out Dictionary<string, string> values)
    {
        values = [];
        foreach (var route in _routes.GetValueOrDefault((method, path.Length == 0 ? "" : path[0])) ?? [])
        {
            values.Clear();
            if (!Matches(route.Segments, 0, path, 0, values)) continue;
            found = route;
            return true;
        }

        found = null;
        return false;
    }

    private static bool Matches(string[] template, int t, string[] path, int p, Dictionary<string, string> values)
    {
        if (t == template.Length) return p == path.Length;
        var segment = template[t];
        if (segment.EndsWith("+}", StringComparison.Ordinal))
        {
            var fewestAfter = template.Length - t - 1;
            for (var end = path.Length - fewestAfter; end > p; end--)
            {
                if (!Matches(template, t + 1, path, end, values)) continue;
                values[segment[1..^2]] = Uri.UnescapeDataString(string.Join('/', path[p..end]));
                return true;
            }

            return false;
        }

        if (p == path.Length) return false;
        if (segment[0] == '{') values[segment[1..^1]] = Uri.UnescapeDataString(path[p]);
        else if (!segment.Equals(path[p], StringComparison.Ordinal)) return false;
        return Matches(template, t + 1, path, p + 1, values);
    }
}
