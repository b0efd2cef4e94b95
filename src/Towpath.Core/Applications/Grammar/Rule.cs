namespace Towpath.Core.Applications.Grammar;

/// <summary>What a value in a spec may be. The one description from which validation, binding and the reference page are made.</summary>
public abstract record Rule
{
    /// <summary>Text, optionally one of <paramref name="OneOf"/> or matching the anchored <paramref name="Pattern"/>, which <paramref name="Expected"/> puts into words.</summary>
    public sealed record Text(IReadOnlyList<string>? OneOf = null, string? Pattern = null, string? Expected = null) : Rule
    {
        /// <summary>A check in code, where a pattern would be slower or less clear; <see cref="Expected"/> puts it into words.</summary>
        public Func<string, bool>? Accepts { get; init; }

        /// <summary>The names that may stand in braces, such as <c>sha</c>; null where braces are plain text.</summary>
        public IReadOnlyList<string>? Placeholders { get; init; }

        public bool MayBeEmpty { get; init; }

        /// <summary>The value may be a secret that was written in clear by mistake, so that no error message repeats it.</summary>
        public bool Sensitive { get; init; }
    }

    /// <summary>A whole number within bounds, both included.</summary>
    public sealed record Number(long Minimum = 0, long Maximum = long.MaxValue) : Rule;

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public sealed record Toggle : Rule;

    /// <summary><c>30s</c>, <c>5m</c>, <c>2h</c> or <c>7d</c>; bound as whole seconds.</summary>
    public sealed record Duration : Rule;

    /// <summary>A list; with <paramref name="OrOne"/> a single item may stand for a list of one.</summary>
    public sealed record ListOf(Rule Item, bool OrOne = false) : Rule
    {
        public int MinimumCount { get; init; }

        public int MaximumCount { get; init; } = int.MaxValue;
    }

    /// <summary>A mapping whose names the user chooses.</summary>
    public sealed record MapOf(Rule Value, string? NamePattern = null, string? NameExpected = null) : Rule
    {
        /// <summary>A check of names in code; <see cref="NameExpected"/> puts it into words.</summary>
        public Func<string, bool>? AcceptsName { get; init; }

        public int MinimumCount { get; init; }
    }

    /// <summary>A mapping with known keys; any other is an error.</summary>
    public sealed record Mapping(params IReadOnlyList<Key> Keys) : Rule
    {
        /// <summary>Keys of which exactly one must be given. In a merge the application's choice displaces that of the defaults.</summary>
        public IReadOnlyList<string> ExactlyOneOf { get; init; } = [];

        public Key? Find(string name)
        {
            foreach (var key in Keys)
                if (string.Equals(key.Name, name, StringComparison.Ordinal)) return key;
            return null;
        }
    }

    /// <summary>A mapping whose <c>kind</c> chooses the grammar, such as <c>target</c>. <paramref name="NotYet"/> says of known kinds what will serve them.</summary>
    public sealed record ByKind(IReadOnlyDictionary<string, Mapping> Kinds, IReadOnlyDictionary<string, string> NotYet) : Rule;

    /// <summary>A mapping of exactly one key that chooses the grammar, such as an entry of <c>verify</c>.</summary>
    public sealed record OneKeyOf(IReadOnlyDictionary<string, Mapping> Keys, IReadOnlyDictionary<string, string> NotYet) : Rule;

    /// <summary>A rule that stands around this one, as in a tree whose branches are like its trunk. <paramref name="Words"/> names it on the reference page.</summary>
    public sealed record Again(Func<Rule> Rule, string Words) : Rule;

    /// <summary>Anything; the grammar of a later area.</summary>
    public sealed record Anything : Rule;
}

/// <summary>One key of a mapping.</summary>
/// <param name="Name">As written.</param>
/// <param name="Rule">What its value may be.</param>
/// <param name="Description">One sentence for the reference page.</param>
/// <param name="Required">Whether leaving it out is an error.</param>
/// <param name="NotYet">Set for a key that the grammar knows and nothing serves yet: what will serve it. Using it is an error that says so.</param>
public sealed record Key(string Name, Rule Rule, string Description, bool Required = false, string? NotYet = null);
