using System.Xml.Linq;

namespace Towpath.AwsEmulator.CloudFront;

/// <summary>Makes and reads a distribution's configuration.</summary>
internal static class DistributionConfig
{
    public static XElement For(string bucket, string rootObject, string originPath, IReadOnlyList<string> aliases) => new("DistributionConfig",
        new XElement("CallerReference", bucket),
        new XElement("Aliases", new XElement("Quantity", aliases.Count), aliases.Count == 0 ? null : new XElement("Items", aliases.Select(a => new XElement("CNAME", a)))),
        new XElement("DefaultRootObject", rootObject),
        new XElement("Origins", new XElement("Quantity", 1), new XElement("Items", new XElement("Origin",
            new XElement("Id", bucket), new XElement("DomainName", $"{bucket}.s3.us-east-1.amazonaws.com"), new XElement("OriginPath", originPath),
            new XElement("CustomHeaders", new XElement("Quantity", 0)), new XElement("S3OriginConfig", new XElement("OriginAccessIdentity"))))),
        new XElement("OriginGroups", new XElement("Quantity", 0)),
        new XElement("DefaultCacheBehavior",
            new XElement("TargetOriginId", bucket), new XElement("TrustedSigners", new XElement("Enabled", "false"), new XElement("Quantity", 0)),
            new XElement("ViewerProtocolPolicy", "redirect-to-https"),
            new XElement("MinTTL", 0), new XElement("DefaultTTL", 86400), new XElement("MaxTTL", 31536000), new XElement("Compress", "true")),
        new XElement("CacheBehaviors", new XElement("Quantity", 0)), new XElement("CustomErrorResponses", new XElement("Quantity", 0)),
        new XElement("Comment"), new XElement("PriceClass", "PriceClass_All"), new XElement("Enabled", "true"),
        new XElement("ViewerCertificate", new XElement("CloudFrontDefaultCertificate", "true")),
        new XElement("Restrictions", new XElement("GeoRestriction", new XElement("RestrictionType", "none"), new XElement("Quantity", 0))),
        new XElement("WebACLId"), new XElement("HttpVersion", "http2"), new XElement("IsIPV6Enabled", "true"));

    /// <summary>The bucket and the prefix that the default behaviour reads from.</summary>
    public static (string Bucket, string Path) OriginOf(XElement config)
    {
        var target = config.Element("DefaultCacheBehavior")?.Element("TargetOriginId")?.Value;
        var origins = config.Element("Origins")?.Element("Items")?.Elements("Origin").ToList() ?? [];
        var origin = origins.Find(o => o.Element("Id")?.Value == target) ?? origins[0];
        var domain = origin.Element("DomainName")!.Value;
        var end = domain.IndexOf(".s3", StringComparison.Ordinal);
        return (end < 0 ? domain : domain[..end], origin.Element("OriginPath")?.Value ?? "");
    }

    public static long Ttl(XElement config, string name, long otherwise) =>
        long.TryParse(config.Element("DefaultCacheBehavior")?.Element(name)?.Value, out var seconds) ? seconds : otherwise;
}
