// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/play/sound_dialog.h"

#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/play/player.h"
#include "ui/play/sound_settings.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kWidth = 440;
constexpr Pitch kTestPitch{69};

QComboBox* combo(const QString& name, QWidget* parent)
{
    auto* made = new QComboBox(parent);
    made->setAccessibleName(name);
    // A device may have a name longer than any window.
    made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    made->setMinimumContentsLength(12);
    return made;
}

/// Chooses the entry that stands for `value`, or adds it with `words`.
void chooseOrAdd(QComboBox& box, const std::string& value, const QString& words)
{
    const QString wanted = QString::fromStdString(value);
    int index = box.findData(wanted);
    if (index < 0) {
        index = box.count();
        box.addItem(words, wanted);
    }
    box.setCurrentIndex(index);
}

} // namespace

SoundDialog::SoundDialog(Player& player, QSettings& settings, QWidget* parent)
    : QDialog(parent)
    , m_player(player)
    , m_settings(settings)
    , m_driver(combo(tr("Driver"), this))
    , m_device(combo(tr("Device"), this))
    , m_frames(combo(tr("Buffer: frames at a time"), this))
    , m_periods(combo(tr("Buffer: how many times over"), this))
    , m_late(label(QString(), TextRole::Small, this))
    , m_state(label(QString(), TextRole::Plain, this))
    , m_test(button(tr("Play a test note"), this))
    , m_again(button(tr("Try again"), this))
{
    setWindowTitle(tr("Sound"));
    for (const int frames : kPeriodFrames)
        m_frames->addItem(tr("%1 frames · %2").arg(countInWords(frames), framesInWords(frames, m_player.sampleRate())),
                          frames);
    for (const int periods : kPeriods)
        m_periods->addItem(tr("× %1").arg(periods), periods);
    layOut();
    showDrivers({});
    showState();

    connect(m_driver, &QComboBox::activated, this, [this] {
        AudioOptions options = m_player.options();
        options.driver = m_driver->currentData().toString().toStdString();
        options.device.clear();
        choose(options);
    });
    connect(m_device, &QComboBox::activated, this, [this] {
        AudioOptions options = m_player.options();
        options.device = m_device->currentData().toString().toStdString();
        choose(options);
    });
    for (QComboBox* box : {m_frames, m_periods})
        connect(box, &QComboBox::activated, this, [this] {
            AudioOptions options = m_player.options();
            options.periodFrames = m_frames->currentData().toInt();
            options.periods = m_periods->currentData().toInt();
            choose(options);
        });
    connect(m_test, &QPushButton::clicked, this,
            [this] { m_player.soundNote(0, 0, kTestPitch, 100); });
    connect(m_again, &QPushButton::clicked, this, [this] {
        m_player.open(m_player.options());
        m_player.lookForDrivers();
    });
    connect(&player, &Player::deviceChanged, this, &SoundDialog::showState);
    connect(&player, &Player::driversFound, this, [this](const std::vector<AudioDriver>& drivers) {
        m_hasLooked = true;
        showDrivers(drivers);
    });
    player.lookForDrivers();
}

void SoundDialog::layOut()
{
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    auto* buffer = new QHBoxLayout;
    buffer->setSpacing(6);
    buffer->addWidget(m_frames, 1);
    m_periods->setMinimumContentsLength(4);
    buffer->addWidget(m_periods);
    int row = 0;
    const auto add = [&](const QString& name, QWidget* field) {
        QLabel* words = label(name, TextRole::Muted, this);
        words->setBuddy(field);
        grid->addWidget(words, row, 0);
    };
    add(tr("Driver"), m_driver);
    grid->addWidget(m_driver, row++, 1);
    add(tr("Device"), m_device);
    grid->addWidget(m_device, row++, 1);
    add(tr("Buffer"), m_frames);
    grid->addLayout(buffer, row++, 1);
    m_late->setWordWrap(true);
    grid->addWidget(m_late, row, 1);

    auto* card = new QFrame(this);
    setSurface(*card, Surface::Card);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(16, 12, 16, 12);
    inside->setSpacing(10);
    m_state->setWordWrap(true);
    m_state->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_state->setAccessibleName(tr("State of the sound"));
    m_state->setMinimumHeight(3 * m_state->fontMetrics().lineSpacing());
    inside->addWidget(m_state, 1);
    auto* tries = new QHBoxLayout;
    tries->setSpacing(8);
    tries->addWidget(m_test);
    tries->addWidget(m_again);
    tries->addStretch();
    inside->addLayout(tries);

    auto* foot = new QHBoxLayout;
    foot->addStretch();
    QPushButton* close = button(tr("Close"), this);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    foot->addWidget(close);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(16);
    column->addLayout(grid);
    column->addWidget(card, 1);
    column->addLayout(foot);
    m_test->setAutoDefault(false);
    m_again->setAutoDefault(false);
    setMinimumWidth(kWidth);
}

void SoundDialog::choose(const AudioOptions& options)
{
    keepSoundSettings(m_settings, options);
    m_player.open(options);
    showDevices();
    showBuffer();
}

void SoundDialog::showDrivers(const std::vector<AudioDriver>& drivers)
{
    m_drivers = drivers;
    std::ranges::sort(m_drivers, {},
                      [](const AudioDriver& driver) { return driverInWords(driver.name); });
    m_driver->clear();
    m_driver->addItem(driverInWords({}), QString());
    for (const AudioDriver& driver : m_drivers)
        m_driver->addItem(driverInWords(driver.name), QString::fromStdString(driver.name));
    m_driver->addItem(driverInWords("null"), QStringLiteral("null"));
    const std::string& chosen = m_player.options().driver;
    chooseOrAdd(*m_driver, chosen,
                m_hasLooked ? tr("%1 (not on this computer)").arg(driverInWords(chosen))
                            : driverInWords(chosen));
    showDevices();
    showBuffer();
}

void SoundDialog::showDevices()
{
    const AudioOptions& options = m_player.options();
    const auto driver = std::ranges::find(m_drivers, options.driver, &AudioDriver::name);
    m_device->clear();
    m_device->addItem(tr("As the driver chooses"), QString());
    if (driver != m_drivers.end())
        for (const std::string& name : driver->devices)
            m_device->addItem(QString::fromStdString(name), QString::fromStdString(name));
    const QString name = QString::fromStdString(options.device);
    chooseOrAdd(*m_device, options.device, m_hasLooked ? tr("%1 (not there now)").arg(name) : name);
    QString because;
    if (options.driver.empty())
        because = tr("The first driver that opens takes the device it prefers. Choose a driver to "
                     "choose among its devices.");
    else if (options.driver == "null")
        because = tr("Without sound there is no device.");
    else if (m_device->count() == 1)
        because =
            tr("%1 names no devices; it plays where the system does.").arg(m_driver->currentText());
    setEnabledBecause(*m_device, because);
}

void SoundDialog::showBuffer()
{
    const AudioOptions& options = m_player.options();
    m_frames->setCurrentIndex(m_frames->findData(options.periodFrames));
    m_periods->setCurrentIndex(m_periods->findData(options.periods));
    QString because;
    if (options.driver == "null")
        because = tr("Without sound nothing waits to be heard.");
    else if (options.driver == "jack" || (options.driver.empty() && m_player.driver() == "jack"))
        because = tr("JACK's own server sets the buffer.");
    setEnabledBecause(*m_frames, because);
    setEnabledBecause(*m_periods, because);
    const int late = options.periodFrames * options.periods;
    m_late->setText(
        because.isEmpty()
            ? tr("%1 together. Less is heard sooner, more crackles less.").arg(framesInWords(late, m_player.sampleRate()))
            : because);
}

void SoundDialog::showState()
{
    showBuffer();
    m_state->setText(stateInWords());
    const bool isSilent = m_player.isSilent();
    setEnabledBecause(*m_test, !isSilent ? QString()
                               : m_player.isOpening()
                                   ? tr("The sound is being opened")
                                   : tr("Nothing would be heard: %1").arg(stateInWords()));
    m_again->setVisible(isSilent && !m_player.isOpening() && m_player.options().driver != "null");
}

QString SoundDialog::stateInWords() const
{
    if (m_player.options().driver == "null" && m_player.isOpen())
        return tr("No sound is wanted: the playhead moves in silence. Choose a driver to hear it.");
    if (const QString why = m_player.whySilent(); !why.isEmpty())
        return why;
    if (!m_player.isOpen())
        return tr("Opening…");
    const QString name = driverInWords(m_player.driver());
    QString words = m_player.options().driver.empty()
                        ? tr("%1 is open at %2 kHz; it was the first that could be.")
                        : tr("%1 is open at %2 kHz.");
    words = words.arg(name, QLocale().toString(m_player.sampleRate() / 1000.0));
    if (m_player.framesLate() > 0)
        words += QLatin1Char(' ') +
                 tr("What is played is heard %1 later.").arg(framesInWords(m_player.framesLate(), m_player.sampleRate()));
    return words;
}

} // namespace continuo::ui
