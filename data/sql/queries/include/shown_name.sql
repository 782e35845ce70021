    case
        -- Nothing so short is a company's: most names are told apart without the patterns below.
        when length(name) < 5 then left(name, 1) || repeat('*', greatest(length(name) - 1, 1)::integer)
        when
            regexp_full_match(
                name,
                '[一-龥A-Za-z]{2,}(?:[（(](?:中国|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙'
                || '江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台'
                || '湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|集团)[）)])?[一-龥A-Za-z]*(?:有限|责任|'
                || '股份|集团)公司'
            )
            -- Where a person's name may begin in another body's, or a large customer's, stands no surname.
            or len(
                list_filter(
                    case
                        when
                            regexp_full_match(
                                name,
                                '[一-龥A-Za-z]{3,}(?:公司|集团|合作社|人民政府|委员会|管理处|管理所|银'
                                || '行|支行|分行|医院|卫生院|学校|中学|小学|大学|学院|电视台|基站|研究所|派出所|人'
                                || '民法院|检察院|卫生服务站|文化馆|图书馆|博物馆|供电所|发电厂|变电站|自来水厂|污水处'
                                || '理厂|税务局|公安局|教育局|邮政局|水利局|林业局|协会|商会)'
                            )
                            then [1]
                        when
                            class = '01'
                            and regexp_full_match(
                                name,
                                '[一-龥A-Za-z]{5,}(?:厂|场|矿|窑|站|所|局|中心|酒店|宾馆|饭店|商场'
                                || '|超市|大厦|市场|农场|林场|项目部|经营部|批发部|服务部|物业|旅行社|幼儿园|公寓)'
                            )
                            then list_filter(
                                generate_series(1, length(name)),
                                lambda p: p in (1, 3, 4) or contains('省市县区镇乡村街', substr(name, p - 1, 1))
                            )
                    end,
                    lambda p: contains(
                        '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦'
                        || '昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹'
                        || '姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐'
                        || '邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀羊甄'
                        || '曲封芮储靳汲松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶'
                        || '郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边'
                        || '扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利师'
                        || '巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰关相查后荆红游竺权盖益桓公肖付闫仝覃岳帅缑亢况有琴商牟佘佴伯赏'
                        || '墨哈谯笪年爱阳佟上官尉迟皇甫令狐宇徒澹台冶政淳太叔',
                        substr(name, p, 1)
                    )
                )
            ) = 0
            then name
        else left(name, 1) || '***' || right(name, 2)
    end as masked_name,
