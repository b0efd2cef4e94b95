using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling.Policies;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.S3;

/// <summary>Buckets themselves and their configurations.</summary>
internal static partial class BucketOperations
{
    private static readonly Dictionary<string, (string Code, string Message)> Missing = new(StringComparer.Ordinal)
    {
        ["lifecycle"] = ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        ["policy"] = ("NoSuchBucketPolicy", "The bucket policy does not exist"),
        ["publicAccessBlock"] = ("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"),
        ["tagging"] = ("NoSuchTagSet", "The TagSet does not exist"),
        ["cors"] = ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
        ["website"] = ("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"),
        ["ownershipControls"] = ("OwnershipControlsNotFoundError", "The bucket ownership controls were not found"),
    };

    // Every bucket is encrypted like this unless it says otherwise.
    private static readonly byte[] DefaultEncryption = Encoding.UTF8.GetBytes(
        """<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>""");

    public static void Register(Dictionary<string, Func<S3Call, Task>> operations)
    {
        operations["ListBuckets"] = ListBuckets;
        operations["CreateBucket"] = CreateAsync;
        operations["HeadBucket"] = Head;
        operations["DeleteBucket"] = Delete;
        operations["GetBucketLocation"] = static call => call.XmlAsync(
            new XElement("LocationConstraint", call.Bucket.Region == "us-east-1" ? null : call.Bucket.Region));
        operations["GetBucketVersioning"] = static call => call.XmlAsync(new XElement(
            "VersioningConfiguration", call.Bucket.Versioning is { } status ? new XElement("Status", status) : null));
        operations["PutBucketVersioning"] = PutVersioningAsync;
        operations["GetBucketAcl"] = operations["GetObjectAcl"] = GetAcl;
        operations["PutBucketAcl"] = operations["PutObjectAcl"] = static async call =>
        {
            await call.BodyAsync();
            await call.DoneAsync();
        };
        foreach (var (name, operation) in S3Address.Configurations)
        {
            operations["Get" + operation] = call => GetAsync(call, name);
            operations["Put" + operation] = call => PutAsync(call, name);
            operations["Delete" + (name == "lifecycle" ? "BucketLifecycle" : operation)] = call =>
            {
                call.Bucket.Configurations.TryRemove(name, out _);
                return call.DoneAsync(StatusCodes.Status204NoContent);
            };
        }
    }

    private static Task ListBuckets(S3Call call) => call.XmlAsync(new XElement("ListAllMyBucketsResult",
        OwnerElement(call.Call.Caller.Account),
        new XElement("Buckets", call.State.Buckets.Values.Where(b => b.Account == call.Call.Caller.Account).OrderBy(b => b.Name, StringComparer.Ordinal)
            .Select(b => new XElement("Bucket", new XElement("Name", b.Name), new XElement("CreationDate", XmlAnswer.Instant(b.Created)))))));

    private static async Task CreateAsync(S3Call call)
    {
        var name = call.Address.Bucket;
        var body = call.Request.ContentLength is null or 0 ? null : await call.XmlBodyAsync();
        if (!BucketName.IsMatch(name)) throw S3Fault.Of("InvalidBucketName", "The specified bucket is not valid.", 400, ("BucketName", name));
        var constraint = body?.Element("LocationConstraint")?.Value is { Length: > 0 } location ? location : "us-east-1";
        if (constraint != call.Call.Caller.Region)
            throw S3Fault.Of(
                "IllegalLocationConstraintException",
                $"The {(body is null ? "unspecified" : constraint)} location constraint is incompatible for the region specific endpoint this request was sent to.");
        var created = new Bucket(name, call.Call.Caller.Account, constraint, call.Now);
        var bucket = call.State.Buckets.GetOrAdd(name, created);
        if (bucket.Account != created.Account)
            throw S3Fault.Of(
                "BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
                409, ("BucketName", name));
        // Only the oldest region says yes to what is yours already.
        if (bucket != created && bucket.Region != "us-east-1")
            throw S3Fault.Of(
                "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", 409, ("BucketName", name));
        call.Response.Headers.Location = $"/{name}";
        await call.DoneAsync();
    }

    private static Task Head(S3Call call)
    {
        call.Response.Headers["x-amz-bucket-region"] = call.Bucket.Region;
        return call.DoneAsync();
    }

    private static Task Delete(S3Call call)
    {
        if (!call.Bucket.IsEmpty)
            throw S3Fault.Of("BucketNotEmpty", "The bucket you tried to delete is not empty", 409, ("BucketName", call.Bucket.Name));
        call.State.Buckets.TryRemove(call.Bucket.Name, out _);
        return call.DoneAsync(StatusCodes.Status204NoContent);
    }

    private static async Task PutVersioningAsync(S3Call call)
    {
        var status = (await call.XmlBodyAsync()).Element("Status")?.Value;
        call.Bucket.Versioning = status is "Enabled" or "Suspended" ? status : throw S3Fault.MalformedXml();
        await call.DoneAsync();
    }

    private static async Task GetAsync(S3Call call, string name)
    {
        if (!call.Bucket.Configurations.TryGetValue(name, out var body))
        {
            if (name != "encryption") throw S3Fault.Of(Missing[name].Code, Missing[name].Message, 404, ("BucketName", call.Bucket.Name));
            body = DefaultEncryption;
        }

        call.Response.ContentType = name == "policy" ? "application/json" : "application/xml";
        call.Response.ContentLength = body.Length;
        await call.Response.Body.WriteAsync(body, call.Call.Aborted);
    }

    private static async Task PutAsync(S3Call call, string name)
    {
        if (name == "policy")
        {
            var body = await call.BodyAsync();
            try
            {
                _ = PolicyDocument.Parse(Encoding.UTF8.GetString(body));
            }
            catch (FormatException wrong)
            {
                throw S3Fault.Of("MalformedPolicy", wrong.Message);
            }

            call.Bucket.Configurations[name] = body;
            await call.DoneAsync(StatusCodes.Status204NoContent);
            return;
        }

        var root = XmlAnswer.Qualify(await call.XmlBodyAsync(), S3Service.Namespace);
        call.Bucket.Configurations[name] = Encoding.UTF8.GetBytes(root.ToString(SaveOptions.DisableFormatting));
        await call.DoneAsync();
    }

    private static Task GetAcl(S3Call call)
    {
        XNamespace instance = "http://www.w3.org/2001/XMLSchema-instance";
        return call.XmlAsync(new XElement("AccessControlPolicy", OwnerElement(call.Bucket.Account), new XElement("AccessControlList", new XElement("Grant",
            new XElement("Grantee", new XAttribute(instance + "type", "CanonicalUser"), new XElement("ID", call.Bucket.Account)),
            new XElement("Permission", "FULL_CONTROL")))));
    }

    public static XElement OwnerElement(string account) => new("Owner", new XElement("ID", account), new XElement("DisplayName", account));

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.NonBacktracking)]
    private static partial Regex BucketName { get; }
}
