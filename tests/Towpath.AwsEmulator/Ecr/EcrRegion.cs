using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>The registry of one account in one region.</summary>
public sealed class EcrRegion(Region region)
{
    private readonly SortedDictionary<string, Repository> _repositories = new(StringComparer.Ordinal);

    public Region Region { get; } = region;

    /// <summary>The host of its images.</summary>
    public string Host => $"{Region.Account}.dkr.ecr.{Region.Name}.amazonaws.com";

    public IEnumerable<Repository> Repositories => _repositories.Values;

    public Repository? Find(string name) => _repositories.GetValueOrDefault(name);

    /// <summary>Makes a repository; null where there is one of that name.</summary>
    public Repository? Create(string name, string mutability = "MUTABLE")
    {
        if (_repositories.ContainsKey(name)) return null;
        return _repositories[name] = new Repository(this, name) { Mutability = mutability };
    }

    public bool Delete(string name) => _repositories.Remove(name);
}
