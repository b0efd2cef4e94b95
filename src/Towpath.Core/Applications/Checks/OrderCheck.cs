using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Checks;

/// <summary><c>after</c> names environments that exist and never leads back to where it began.</summary>
internal static class OrderCheck
{
    public static void Run(ApplicationFile application, SpecErrors errors)
    {
        var predecessors = new Dictionary<string, SpecNode.Scalar[]>(StringComparer.Ordinal);
        foreach (var environment in application.Environments)
            predecessors[environment.Key] = [.. environment.Value.Find("after")?.ScalarsOrNone ?? []];
        foreach (var name in predecessors.Values.SelectMany(after => after))
            if (!predecessors.ContainsKey(name.Value))
                errors.Add(name.At, "unknown-environment", $"there is no environment '{Quote.Clean(name.Value)}' here{Nearest.Hint(name.Value, predecessors.Keys)}");
        new Walk(predecessors, errors).All();
    }

    /// <summary>Depth first; what is on the path is open, what was left for good is done.</summary>
    private sealed class Walk(Dictionary<string, SpecNode.Scalar[]> predecessors, SpecErrors errors)
    {
        private readonly List<string> _path = [];
        private readonly HashSet<string> _done = new(StringComparer.Ordinal);

        public void All()
        {
            foreach (var name in predecessors.Keys) Visit(name);
        }

        private void Visit(string name)
        {
            if (_done.Contains(name)) return;
            _path.Add(name);
            foreach (var next in predecessors[name])
                if (_path.IndexOf(next.Value) is >= 0 and var start) Report(next.At, start);
                else if (predecessors.ContainsKey(next.Value)) Visit(next.Value);
            _path.RemoveAt(_path.Count - 1);
            _done.Add(name);
        }

        private void Report(Place at, int start) =>
            errors.Add(at, "cycle", $"'after' leads in a circle: {string.Join(" after ", _path.Skip(start).Append(_path[start]))}; no artifact could ever get in");
    }
}
