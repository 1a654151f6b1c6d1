// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/preset_catalogue.h"

#include "ui/train/engine_command.h"
#include "ui/train/json_members.h"

#include <QRegularExpression>

#include <algorithm>

namespace continuo::ui {

namespace {

SettingInfo::Kind kindFrom(const QString& name)
{
    using Kind = SettingInfo::Kind;
    return name == QLatin1String("whole")    ? Kind::Whole
           : name == QLatin1String("real")   ? Kind::Real
           : name == QLatin1String("truth")  ? Kind::Truth
           : name == QLatin1String("choice") ? Kind::Choice
                                             : Kind::Word;
}

QStringList texts(const Json& array)
{
    QStringList list;
    for (const Json& each : array) {
        if (each.is_string())
            list << QString::fromStdString(each.get<std::string>());
    }
    return list;
}

std::optional<double> optionalNumber(const Json& object, const char* name)
{
    const Json& member = memberAt(object, name);
    return member.is_number() ? std::optional(member.get<double>()) : std::nullopt;
}

/// Without what stands in brackets for those who want to know it exactly.
QString plain(QString reason)
{
    static const QRegularExpression brackets(QStringLiteral(" \\([^)]*\\)"));
    return reason.remove(brackets);
}

} // namespace

QString settingLabel(const QString& key)
{
    const std::pair<const char*, QString> labels[] = {
        {"encoding.grid", PresetCatalogue::tr("Step")},
        {"encoding.low", PresetCatalogue::tr("Lowest key")},
        {"encoding.high", PresetCatalogue::tr("Highest key")},
        {"encoding.rest", PresetCatalogue::tr("Rests")},
        {"encoding.hold", PresetCatalogue::tr("Held notes")},
        {"encoding.end", PresetCatalogue::tr("Ends")},
        {"encoding.header", PresetCatalogue::tr("Head")},
        {"encoding.resolution", PresetCatalogue::tr("Resolution")},
        {"encoding.tracks", PresetCatalogue::tr("Tracks")},
        {"encoding.wholeBeats", PresetCatalogue::tr("Whole beats")},
        {"encoding.transpose", PresetCatalogue::tr("Common key")},
        {"encoding.skyline", PresetCatalogue::tr("Highest voice")},
        {"encoding.unit", PresetCatalogue::tr("Times in")},
        {"encoding.division", PresetCatalogue::tr("Finest time")},
        {"encoding.longest", PresetCatalogue::tr("Longest time")},
        {"encoding.velocity", PresetCatalogue::tr("Velocity")},
        {"encoding.equalDurations", PresetCatalogue::tr("Without rhythm")},
        {"encoding.rareBelow", PresetCatalogue::tr("Rare below")},
        {"encoding.silence", PresetCatalogue::tr("Silence at the ends")},
        {"encoding.positionsPerBeat", PresetCatalogue::tr("Places in a beat")},
        {"encoding.longestBeats", PresetCatalogue::tr("Longest note")},
        {"encoding.velocities", PresetCatalogue::tr("Velocities")},
        {"encoding.programs", PresetCatalogue::tr("Instruments")},
        {"encoding.attacks", PresetCatalogue::tr("Struck again")},
        {"network.kind", PresetCatalogue::tr("Network")},
        {"network.layers", PresetCatalogue::tr("Layers")},
        {"network.hidden", PresetCatalogue::tr("Hidden units")},
        {"network.embedding", PresetCatalogue::tr("Embedding")},
        {"network.dropout", PresetCatalogue::tr("Dropout")},
        {"network.recurrentDropout", PresetCatalogue::tr("Inner dropout")},
        {"network.weightDropout", PresetCatalogue::tr("Weight dropout")},
        {"network.batchNorm", PresetCatalogue::tr("Batch norm")},
        {"network.dense", PresetCatalogue::tr("Dense layer")},
        {"network.denseBatchNorm", PresetCatalogue::tr("Its batch norm")},
        {"network.prediction", PresetCatalogue::tr("Foretells")},
        {"network.window", PresetCatalogue::tr("Window")},
        {"network.heads", PresetCatalogue::tr("Heads")},
        {"network.context", PresetCatalogue::tr("Context")},
        {"network.feedForward", PresetCatalogue::tr("Feed-forward")},
        {"network.order", PresetCatalogue::tr("Order")},
        {"network.bidirectional", PresetCatalogue::tr("Both ways")},
        {"network.noise", PresetCatalogue::tr("Noise")},
        {"network.residual", PresetCatalogue::tr("Residual")},
        {"network.dilation", PresetCatalogue::tr("Dilation")},
        {"network.separable", PresetCatalogue::tr("Separable")},
        {"network.head", PresetCatalogue::tr("Answers")},
        {"network.rank", PresetCatalogue::tr("Rank")},
        {"training.epochs", PresetCatalogue::tr("Epochs")},
        {"training.steps", PresetCatalogue::tr("Most steps")},
        {"training.pieces", PresetCatalogue::tr("Pieces")},
        {"training.holdOut", PresetCatalogue::tr("Hold out")},
        {"training.batch", PresetCatalogue::tr("Batch")},
        {"training.sequence", PresetCatalogue::tr("Sequence")},
        {"training.passes", PresetCatalogue::tr("Passes")},
        {"training.windowStride", PresetCatalogue::tr("Window stride")},
        {"training.wrapAround", PresetCatalogue::tr("Loop pieces")},
        {"training.acrossPieces", PresetCatalogue::tr("Across pieces")},
        {"training.transposeDown", PresetCatalogue::tr("Transpose down")},
        {"training.transposeUp", PresetCatalogue::tr("Transpose up")},
        {"training.optimizer", PresetCatalogue::tr("Optimiser")},
        {"training.learningRate", PresetCatalogue::tr("Learning rate")},
        {"training.beta1", PresetCatalogue::tr("Beta 1")},
        {"training.beta2", PresetCatalogue::tr("Beta 2")},
        {"training.alpha", PresetCatalogue::tr("Alpha")},
        {"training.momentum", PresetCatalogue::tr("Momentum")},
        {"training.epsilon", PresetCatalogue::tr("Epsilon")},
        {"training.weightDecay", PresetCatalogue::tr("Weight decay")},
        {"training.average", PresetCatalogue::tr("Averaging")},
        {"training.schedule", PresetCatalogue::tr("Schedule")},
        {"training.warmupSteps", PresetCatalogue::tr("Warm-up steps")},
        {"training.decayEvery", PresetCatalogue::tr("Decay every")},
        {"training.decayFactor", PresetCatalogue::tr("Decay factor")},
        {"training.plateauPatience", PresetCatalogue::tr("Plateau after")},
        {"training.minimumLearningRate", PresetCatalogue::tr("Lowest rate")},
        {"training.clipNorm", PresetCatalogue::tr("Clip norm")},
        {"training.labelSmoothing", PresetCatalogue::tr("Label smoothing")},
        {"training.gumbelTemperature", PresetCatalogue::tr("Gumbel temperature")},
        {"training.noteLoss", PresetCatalogue::tr("Loss of notes")},
        {"training.teacherForcing", PresetCatalogue::tr("Teacher forcing")},
        {"training.forcingSchedule", PresetCatalogue::tr("Its schedule")},
        {"training.patience", PresetCatalogue::tr("Early stop")},
        {"training.evaluateEvery", PresetCatalogue::tr("Judge every")},
        {"training.logEvery", PresetCatalogue::tr("Point every")},
        {"training.samples", PresetCatalogue::tr("Samples")},
        {"training.accumulation", PresetCatalogue::tr("Micro-batches")},
        {"training.threads", PresetCatalogue::tr("Threads")},
        {"training.workers", PresetCatalogue::tr("Workers")},
        {"training.seed", PresetCatalogue::tr("Random seed")},
        {"training.device", PresetCatalogue::tr("Device")},
        {"training.precision", PresetCatalogue::tr("Precision")},
        {"training.deterministic", PresetCatalogue::tr("Deterministic")},
    };
    for (const auto& [name, words] : labels) {
        if (key == QLatin1String(name))
            return words;
    }
    return key.section(QLatin1Char('.'), -1);
}

QString choiceLabel(const QString& key, const QString& choice)
{
    const std::pair<const char*, QString> labels[] = {
        {"1/4", PresetCatalogue::tr("quarters")},
        {"1/8", PresetCatalogue::tr("eighths")},
        {"1/16", PresetCatalogue::tr("sixteenths")},
        {"1/32", PresetCatalogue::tr("thirty-seconds")},
        {"1/6", PresetCatalogue::tr("triplet quarters")},
        {"1/12", PresetCatalogue::tr("triplet eighths")},
        {"1/24", PresetCatalogue::tr("triplet sixteenths")},
        {"1/48", PresetCatalogue::tr("sixteenths and triplets")},
        {"1/96", PresetCatalogue::tr("1/32 and triplets")},
        {"1/192", PresetCatalogue::tr("1/64 and triplets")},
        {"melody", PresetCatalogue::tr("the melody's")},
        {"all", PresetCatalogue::tr("all tracks")},
        {"beats", PresetCatalogue::tr("beats")},
        {"seconds", PresetCatalogue::tr("seconds")},
        {"prompt", PresetCatalogue::tr("the seed melody's")},
        {"fixed", PresetCatalogue::tr("always 100")},
        {"kept", PresetCatalogue::tr("learned")},
        {"cross-entropy-mse", PresetCatalogue::tr("entropy, squares")},
        {"cross-entropy-l1", PresetCatalogue::tr("entropy, distances")},
        {"bce-l1", PresetCatalogue::tr("binary, distances")},
        {"note", PresetCatalogue::tr("notes")},
        {"note-relu", PresetCatalogue::tr("notes, ReLU")},
        {"meter-key", PresetCatalogue::tr("meter and key")},
        {"meter-unit-key", PresetCatalogue::tr("meter, unit and key")},
        {"rnn", PresetCatalogue::tr("RNN")},
        {"gru", PresetCatalogue::tr("GRU")},
        {"lstm", PresetCatalogue::tr("LSTM")},
        {"transformer", PresetCatalogue::tr("Transformer")},
        {"ngram", PresetCatalogue::tr("N-gram")},
        {"gan", PresetCatalogue::tr("GAN")},
        {"conv", PresetCatalogue::tr("Masked convolution")},
        {"every-step", PresetCatalogue::tr("every step")},
        {"last-step", PresetCatalogue::tr("the last step")},
        {"adam", PresetCatalogue::tr("Adam")},
        {"adamw", PresetCatalogue::tr("AdamW")},
        {"rmsprop", PresetCatalogue::tr("RMSprop")},
        {"sgd", PresetCatalogue::tr("SGD")},
        {"tf32", PresetCatalogue::tr("TF32")},
    };
    if (key == QLatin1String("training.precision") && choice == QLatin1String("auto"))
        return PresetCatalogue::tr("Automatic");
    for (const auto& [name, words] : labels) {
        if (choice == QLatin1String(name))
            return words;
    }
    return choice;
}

const VariantInfo* PresetInfo::variant(const QString& wanted) const
{
    const auto found = std::ranges::find(variants, wanted, &VariantInfo::name);
    return found == variants.end() ? nullptr : &*found;
}

std::vector<SettingInfo> settingsFromJson(const Json& array)
{
    std::vector<SettingInfo> settings;
    for (const Json& each : array) {
        SettingInfo setting;
        setting.key = textAt(each, "key");
        setting.kind = kindFrom(textAt(each, "kind"));
        setting.lowest = optionalNumber(each, "lowest");
        setting.highest = optionalNumber(each, "highest");
        setting.standard = memberAt(each, "default");
        setting.choices = texts(memberAt(each, "choices"));
        setting.encodings = texts(memberAt(each, "encodings"));
        setting.allowed = textAt(each, "allowed");
        setting.meaning = textAt(each, "meaning");
        if (!setting.key.isEmpty())
            settings.push_back(std::move(setting));
    }
    return settings;
}

std::vector<PresetInfo> presetsFromJson(const Json& array)
{
    std::vector<PresetInfo> presets;
    for (const Json& each : array) {
        PresetInfo preset;
        preset.name = textAt(each, "name");
        preset.title = textAt(each, "title");
        preset.description = textAt(each, "description");
        preset.origin = textAt(each, "origin");
        preset.knownFaults = texts(memberAt(each, "knownFaults"));
        for (const char* part :
             {"description", "licence", "encoding", "network", "training", "sampler"}) {
            if (const Json& member = memberAt(each, part); !member.is_null())
                preset.job[part] = member;
        }
        if (const Json& variants = memberAt(each, "variants"); variants.is_object()) {
            for (const auto& [name, variant] : variants.items())
                preset.variants.push_back({QString::fromStdString(name),
                                           textAt(variant, "description"),
                                           memberAt(variant, "set")});
        }
        if (!preset.name.isEmpty())
            presets.push_back(std::move(preset));
    }
    return presets;
}

std::vector<DeviceInfo> devicesFromJson(const Json& object)
{
    std::vector<DeviceInfo> devices;
    for (const Json& each : memberAt(object, "compute"))
        devices.push_back({textAt(each, "id"), textAt(each, "name"), truthAt(each, "available"),
                           texts(memberAt(each, "precisions")), textAt(each, "reason")});
    return devices;
}

Json valueAt(const Json& job, const QString& key)
{
    const Json& group = memberAt(job, key.section(QLatin1Char('.'), 0, 0).toUtf8().constData());
    return memberAt(group, key.section(QLatin1Char('.'), 1).toUtf8().constData());
}

void setValueAt(Json& job, const QString& key, const Json& value)
{
    job[key.section(QLatin1Char('.'), 0, 0).toStdString()]
       [key.section(QLatin1Char('.'), 1).toStdString()] = value;
}

PresetCatalogue::PresetCatalogue(QStringList program, QObject* parent)
    : QObject(parent)
    , m_program(std::move(program))
{
}

void PresetCatalogue::load()
{
    const QString presets = QStringLiteral("presets");
    new EngineCommand(
        m_program, {presets, QStringLiteral("--settings")},
        [this, presets](const Result<Json>& settings) {
            if (!settings) {
                Q_EMIT failed(settings.error());
                return;
            }
            m_settings = settingsFromJson(*settings);
            new EngineCommand(
                m_program, {presets},
                [this](const Result<Json>& found) {
                    if (!found) {
                        Q_EMIT failed(found.error());
                        return;
                    }
                    m_presets = presetsFromJson(*found);
                    m_isLoaded = true;
                    Q_EMIT arrived();
                },
                this);
        },
        this);
    new EngineCommand(
        m_program, {QStringLiteral("devices")},
        [this](const Result<Json>& found) {
            if (!found)
                return; // "Automatic" is always there, and what is wrong with the engine is said
                        // above.
            m_devices = devicesFromJson(*found);
            Q_EMIT devicesArrived();
        },
        this);
}

const PresetInfo* PresetCatalogue::preset(const QString& name) const
{
    const auto found = std::ranges::find(m_presets, name, &PresetInfo::name);
    return found == m_presets.end() ? nullptr : &*found;
}

const SettingInfo* PresetCatalogue::setting(const QString& key) const
{
    const auto found = std::ranges::find(m_settings, key, &SettingInfo::key);
    return found == m_settings.end() ? nullptr : &*found;
}

QString PresetCatalogue::whereInWords(const QString& device) const
{
    if (device != QLatin1String("cpu")) {
        const auto found = std::ranges::find(m_devices, device, &DeviceInfo::id);
        return found == m_devices.end() ? device : found->name;
    }
    for (const DeviceInfo& other : m_devices) {
        if (!other.isAvailable && !other.reason.isEmpty())
            return tr("CPU: %1").arg(plain(other.reason));
    }
    return tr("CPU");
}

} // namespace continuo::ui
