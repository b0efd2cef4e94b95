using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Engine.Storage.Migrations;

/// <summary>One numbered file of this folder, in one dialect. Files that were released never change; a later number does.</summary>
/// <param name="Number">Its place in the order.</param>
/// <param name="Name">Such as <c>0001_foundation</c>.</param>
/// <param name="Text">Its statements.</param>
internal sealed record Migration(int Number, string Name, string Text)
{
    private const string CompatibleMark = "-- compatible";

    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>Its first line says that older versions of Towpath may go on beside it (expand now, contract later).</summary>
    public bool Compatible => Text.StartsWith(CompatibleMark, StringComparison.Ordinal);

    public static ImmutableArray<Migration> Of(string dialect)
    {
        var assembly = typeof(Migration).Assembly;
        var ending = $".{dialect}.sql";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(ending, StringComparison.Ordinal))
            .Select(name => Read(name, name[..^ending.Length].Split('.')[^1]))
            .OrderBy(migration => migration.Number)];

        Migration Read(string resource, string name)
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"no {resource}");
            using var reader = new StreamReader(stream);
            return new Migration(int.Parse(name[..4], CultureInfo.InvariantCulture), name, reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }
}

/// <summary>One that the database says was applied.</summary>
internal sealed record AppliedMigration(int Number, string Name, string Hash, bool Compatible);

internal static class MigrationPlan
{
    /// <summary>The one to apply next, if any.</summary>
    /// <exception cref="StoreRefusedException">The database was made by a newer Towpath, or by one with other migrations.</exception>
    public static Migration? Next(IReadOnlyList<Migration> known, IReadOnlyList<AppliedMigration> applied, string database)
    {
        foreach (var row in applied)
        {
            var ours = known.FirstOrDefault(migration => migration.Number == row.Number);
            if (ours is null && !row.Compatible)
                throw new StoreRefusedException(
                    $"{database} has migration {row.Name}, which this version of towpath (up to {known[^1].Name}) does not know: start the newer version, or restore a backup from before its upgrade.");
            if (ours is not null && !string.Equals(ours.Hash, row.Hash, StringComparison.Ordinal))
                throw new StoreRefusedException(
                    $"{database} had migration {row.Name} applied with other contents than this version of towpath has: it was made by another build. Start that build, or use another database.");
        }

        return known.FirstOrDefault(migration => applied.All(row => row.Number != migration.Number));
    }
}
