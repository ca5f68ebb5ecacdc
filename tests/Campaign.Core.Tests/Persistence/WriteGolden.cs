
using Campaign.Core.Tests.Tasks; using Campaign.Persistence.Serialization; using Campaign.Workflows.Campaigns; using Xunit; using System.Text;
namespace Campaign.Core.Tests.Persistence;
public sealed class WriteGolden { [Fact] public void Write() {
 string d="/work/h-runtime/tests/data/golden"; Directory.CreateDirectory(d);
 foreach (var t in Every.EventOf<IJournalEvent>()) { object x=Every.Sample(t); File.WriteAllText(Path.Combine(d, EventCodec.Manifest(x)+".json"), Encoding.UTF8.GetString(EventCodec.Encode(x))+"\n"); } } }
